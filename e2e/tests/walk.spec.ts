import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { startDemoBuilding } from '../product/demo-building.js';
import { expectAccessible, expectFitting, untilPainted } from '../product/page-checks.js';
import { watchPages, type Watched } from '../product/page-watch.js';
import { asAdmin, logIn, productUrl } from '../product/scene.js';

/** `isOwnLayout`: what is judged by structure and colour is judged once for each layout. */
const SIZES = [
  { name: 'desk', width: 1440, height: 900, isOwnLayout: true },
  { name: 'wide', width: 1920, height: 1080, isOwnLayout: false },
  { name: 'phone', width: 390, height: 844, isOwnLayout: true },
];
const SCHEMES = ['light', 'dark'] as const;

const PAGES: Record<string, () => Promise<string>> = {
  overview: () => Promise.resolve('/'),
  floor: async () => `/floors/${(await building()).floors.find(({ level }) => level === 3)?.id}`,
  list: async () => `/floors/${(await building()).floors.find(({ level }) => level === 3)?.id}?view=list`,
  zone: async () => `/floors/${(await building()).floors.find(({ level }) => level === 3)?.id}?point=${await setpoint()}`,
  plant: async () => `/buildings/${(await building()).id}/plant`,
  point: async () => `/points/${await setpoint()}`,
  alarms: () => Promise.resolve('/alarms'),
  history: () => Promise.resolve('/alarms?tab=history'),
  definitions: () => Promise.resolve('/alarms/definitions'),
  overrides: () => Promise.resolve('/overrides'),
  controllers: () => Promise.resolve('/controllers'),
  origins: () => Promise.resolve('/controllers/origins'),
  audit: () => Promise.resolve('/audit'),
  start: () => Promise.resolve('/start'),
  users: () => Promise.resolve('/users'),
  import: () => Promise.resolve('/import'),
  missing: () => Promise.resolve('/no-such-page'),
};

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

async function open(path: string): Promise<void> {
  await page.goto(`${productUrl()}${path}`);
  await expect(page.locator('cp-link-indicator')).toBeVisible();
  await page.getByRole('heading').first().waitFor();
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

for (const [title, path] of Object.entries(PAGES)) {
  test(`${title} fits every screen, is accessible in every theme, and asks nobody else for anything`, async () => {
    await open(await path());
    await inEveryLook(title);
    expect(watched).toEqual({ foreign: [], refused: [], errors: [] });
  });
}

test('every page fits in German, whose words are longer', async () => {
  test.setTimeout(300_000);
  await page.evaluate(() => localStorage.setItem('cupola.language', 'de'));
  for (const [title, path] of Object.entries(PAGES)) {
    await open(await path());
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');
    for (const { name, width, height } of SIZES.filter(({ isOwnLayout }) => isOwnLayout)) {
      await page.setViewportSize({ width, height });
      await untilPainted(page);
      await page.screenshot({ path: `screenshots/${title}-${name}-german.png` });
      await expectFitting(page, `${title}-${name}-german`);
    }
  }
});
