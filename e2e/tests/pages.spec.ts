import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { asAdmin, logIn, productUrl } from '../product/scene.js';
import { SITE } from '../product/furnish.js';

const SIZES = [
  { name: 'desk', width: 1440, height: 900 },
  { name: 'wide', width: 1920, height: 1080 },
  { name: 'phone', width: 390, height: 844 },
];
const SCHEMES = ['light', 'dark'] as const;
/** WCAG 2.2 AA: each level is a tag of its own. */
const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function addresses(): Promise<Record<string, string>> {
  const admin = await asAdmin();
  const building = (await admin.site(SITE)).buildings[0];
  const floor = building?.floors[0];
  const points = await admin.points('Setpoint');
  return {
    overview: '/',
    floor: `/floors/${floor?.id}`,
    plant: `/buildings/${building?.id}/plant`,
    point: `/points/${points[0]?.id}`,
    alarms: '/alarms',
    history: '/alarms?tab=history',
    definitions: '/alarms/definitions',
    overrides: '/overrides',
    controllers: '/controllers',
    users: '/users',
    import: '/import',
    missing: '/no-such-page',
  };
}

for (const scheme of SCHEMES) {
  for (const { name, width, height } of SIZES) {
    test(`every page is accessible and fits: ${name}, ${scheme}`, async ({ browser }) => {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, locale: 'en-GB' });
      const page = await context.newPage();
      const foreign: string[] = [];
      const violations: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(productUrl()) && !/^(data|blob|ws)/.test(request.url())) foreign.push(request.url());
      });
      page.on('console', (message) => {
        if (/Content Security Policy/.test(message.text())) violations.push(message.text());
      });
      await page.goto(productUrl());
      await page.getByLabel('User name').waitFor();
      await check(page, `login-${name}-${scheme}`);
      await logIn(page, 'admin');
      for (const [title, path] of Object.entries(await addresses())) {
        await page.goto(`${productUrl()}${path}`);
        await page.getByRole('heading').first().waitFor();
        await expect(page.locator('cp-skeleton')).toHaveCount(0);
        await check(page, `${title}-${name}-${scheme}`);
      }
      expect(foreign).toEqual([]);
      expect(violations).toEqual([]);
      await context.close();
    });
  }
}

async function check(page: Page, title: string): Promise<void> {
  await page.screenshot({ path: `screenshots/${title}.png` });
  const { violations } = await new AxeBuilder({ page }).withTags(STANDARD).analyze();
  expect.soft(violations.map(({ id, nodes }) => `${title}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(overflow, `${title} scrolls sideways`).toBeLessThanOrEqual(0);
}
