import type { Alarm } from '@cupola/contracts';
import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { startDemoBuilding } from '../product/demo-building.js';
import { expectAccessible, expectFitting, untilPainted } from '../product/page-checks.js';
import { takeOperatorTour } from '../product/operator-tour.js';
import { watchPages, type Watched } from '../product/page-watch.js';
import { asAdmin, logIn, productUrl } from '../product/scene.js';

/** `isOwnLayout`: what is judged by structure is judged once for each layout. */
const SIZES = [
  { name: 'desk', width: 1440, height: 900, isOwnLayout: true },
  { name: 'wide', width: 1920, height: 1080, isOwnLayout: false },
  { name: 'phone', width: 390, height: 844, isOwnLayout: true },
];
/** The smallest phone that the console promises to fit. */
const NARROWEST = { name: 'narrow', width: 320, height: 568 };
const SCHEMES = ['light', 'dark'] as const;

/** Each page by its address, and the part of the screen that proves in every language that it is this one. */
const PAGES: Record<string, { at: () => Promise<string> | string; shows: string }> = {
  overview: { at: () => '/', shows: 'cp-overview cp-building-elevation' },
  floor: { at: () => thirdFloor(), shows: 'cp-floor-page cp-floor-plan' },
  list: { at: () => thirdFloor('?view=list'), shows: 'cp-floor-page cp-room-table' },
  points: { at: () => thirdFloor('?view=points'), shows: 'cp-floor-page cp-point-table' },
  zone: { at: async () => thirdFloor(`?point=${await setpoint()}`), shows: 'cp-floor-page cp-override-form' },
  plant: { at: async () => `/buildings/${(await building()).id}/plant`, shows: 'cp-plant-page cp-point-table' },
  point: { at: async () => `/points/${await setpoint()}`, shows: 'cp-point-page cp-override-form' },
  alarms: { at: () => '/alarms', shows: 'cp-alarm-page cp-alarm-list' },
  alarm: { at: () => raisedAlarm(), shows: 'cp-alarm-page cp-alarm-detail .alarm-actions' },
  history: { at: () => '/alarms?tab=history', shows: 'cp-alarm-page cp-alarm-journal' },
  definitions: { at: () => '/alarms/definitions', shows: 'cp-definition-list' },
  overrides: { at: () => '/overrides', shows: 'cp-override-register' },
  controllers: { at: () => '/controllers', shows: 'cp-controller-list' },
  controller: { at: async () => `/controllers/${await controller()}`, shows: 'cp-controller-page cp-controller-timeline' },
  origins: { at: () => '/controllers/origins', shows: 'cp-origins-page' },
  register: { at: () => '/controllers?open=register', shows: 'cp-register-form dialog' },
  faults: { at: () => '/faults', shows: 'cp-faults-page' },
  audit: { at: () => '/audit', shows: 'cp-audit-page' },
  start: { at: () => '/start', shows: 'cp-start-page' },
  users: { at: () => '/users', shows: 'cp-user-list' },
  import: { at: () => '/import', shows: 'cp-import-page' },
  missing: { at: () => '/no-such-page', shows: 'cp-not-found' },
};

async function thirdFloor(query = '') {
  return `/floors/${(await building()).floors.find(({ level }) => level === 3)?.id}${query}`;
}

/** The calm building has none: a limit is set so low that one room is above it. */
async function raisedAlarm() {
  const admin = await asAdmin();
  const shown = async () => (await admin.call<{ items: Alarm[] }>('GET', '/alarms')).body.items.find(({ definition }) => definition.name === LOW_LIMIT);
  if (!(await shown())) {
    const temperature = (await admin.points('VAV-3-12')).find(({ label }) => label === 'Zone temperature');
    const guidance = { consequence: 'Comfort lost', action: 'Look at the reheat valve first' };
    await admin.defineAlarm({ target: { kind: 'point', point: temperature?.id ?? '' }, name: LOW_LIMIT, condition: 'HI', limit: 12, deadband: 0.5, priority: 3, ...guidance });
  }
  await expect.poll(async () => (await shown())?.occurrence).toBeGreaterThan(0);
  const alarm = await shown();
  return `/alarms/${alarm?.id}/${alarm?.occurrence}`;
}

async function controller() {
  const { body } = await (await asAdmin()).call<{ items: { id: string }[] }>('GET', '/controllers?search=VAV-3-12');
  if (!body.items[0]) throw new Error('the meeting room has no controller');
  return body.items[0].id;
}

const LOW_LIMIT = 'Warmer than a cellar';

async function building() {
  const found = (await (await asAdmin()).site('Demo')).buildings[0];
  if (!found) throw new Error('the demo building is not there');
  return found;
}

async function setpoint() {
  const found = (await (await asAdmin()).points('VAV-3-12')).find(({ writable, key }) => writable && key.endsWith('setpoint'));
  if (!found) throw new Error('the meeting room has no setpoint');
  return found.id;
}

// The screenshots say what a recording would, and recording doubles the time.
test.use({ trace: 'off' });

let context: BrowserContext;
let page: Page;
let watched: Watched;
let endDemoBuilding: () => Promise<void>;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(300_000);
  endDemoBuilding = await startDemoBuilding();
  context = await browser.newContext({ locale: 'en-GB' });
  watched = await watchPages(context, productUrl());
  page = await context.newPage();
  await logIn(page, 'admin');
});

test.afterAll(async () => {
  await context.close();
  await endDemoBuilding();
});

/** What the pages before did is not laid on this one. */
test.beforeEach(() => Object.values(watched).forEach((list: string[]) => list.splice(0)));

async function inEveryLook(title: string): Promise<void> {
  for (const { name, width, height, isOwnLayout } of SIZES) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await untilPainted(page);
      const look = `${title}-${name}-${colorScheme}`;
      await page.screenshot({ path: `screenshots/${look}.png` });
      if (isOwnLayout) await expectAccessible(page, look);
      if (colorScheme === 'light') await expectFitting(page, look);
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await inControlRoom(title);
}

/** The third theme is chosen by a person, not by the system. */
async function inControlRoom(title: string): Promise<void> {
  await page.evaluate(() => (document.documentElement.dataset['theme'] = 'control'));
  await untilPainted(page);
  await page.screenshot({ path: `screenshots/${title}-desk-control.png` });
  await expectAccessible(page, `${title}-desk-control`);
  await page.evaluate(() => document.documentElement.removeAttribute('data-theme'));
}

async function open({ at, shows }: (typeof PAGES)[string]): Promise<void> {
  const address = `${productUrl()}${await at()}`;
  await page.goto(address);
  await expect(page.locator(shows).first()).toBeVisible();
  // Signed in, and nowhere else: the login would fit every screen as well.
  await expect(page.locator('cp-account-menu')).toContainText('Administrator');
  expect(page.url()).toBe(address);
  await expect(page.locator('cp-skeleton')).toHaveCount(0);
}

test('the login fits every screen, is accessible in every theme, and asks nobody else for anything', async ({ browser }) => {
  const [inside, stranger] = [page, await browser.newContext({ locale: 'en-GB' })];
  const atTheDoor = await watchPages(stranger, productUrl());
  page = await stranger.newPage();
  await page.goto(productUrl());
  await page.getByLabel('User name').waitFor();
  await inEveryLook('login');
  page = inside;
  await stranger.close();
  expect(atTheDoor).toEqual({ foreign: [], refused: [], errors: [] });
});

for (const [title, look] of Object.entries(PAGES)) {
  test(`${title} fits every screen, is accessible in every theme, and asks nobody else for anything`, async () => {
    await open(look);
    await inEveryLook(title);
    expect(watched).toEqual({ foreign: [], refused: [], errors: [] });
  });
}

test('every page fits in German, whose words are longer', async () => {
  test.setTimeout(300_000);
  await page.evaluate(() => localStorage.setItem('cupola.language', 'de'));
  for (const [title, look] of Object.entries(PAGES)) {
    await open(look);
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    for (const { name, width, height } of [...SIZES.filter(({ isOwnLayout }) => isOwnLayout), NARROWEST]) {
      await page.setViewportSize({ width, height });
      await untilPainted(page);
      await page.screenshot({ path: `screenshots/${title}-${name}-german.png` });
      await expectFitting(page, `${title}-${name}-german`);
    }
  }
});

test('every page of the rail is within reach of a thumb', async () => {
  await page.evaluate(() => localStorage.removeItem('cupola.language'));
  await page.setViewportSize({ width: 390, height: 844 });
  await open(PAGES['alarms'] ?? { at: () => '/', shows: 'none' });
  const bar = page.getByRole('navigation', { name: 'Pages' });
  await expect(bar.getByRole('link').filter({ visible: true })).toHaveText(['Overview', 'Floors', /^Alarms/, 'Overrides']);
  await bar.getByRole('button', { name: 'More' }).click();
  const sheet = page.getByRole('dialog', { name: 'More' });
  for (const name of ['Controllers', 'Audit', 'Users', 'Import', 'Faults']) await expect(sheet.getByRole('link', { name })).toBeInViewport();
  await sheet.getByRole('link', { name: 'Faults' }).click();
  await expect(page.locator('cp-faults-page')).toBeVisible();
  await expect(sheet).toBeHidden();
  await page.setViewportSize({ width: 1440, height: 900 });
});

test("the operator's tour does what it says", async () => {
  test.setTimeout(240_000);
  await page.evaluate(() => localStorage.removeItem('cupola.language'));
  await takeOperatorTour(page);
});
