import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { asAdmin, logIn, onlineController, pointOf, productUrl } from '../product/scene.js';
import { Integrator } from '../product/integrator.js';
import { PEOPLE_PASSWORD } from '../product/furnish.js';

const QUAY = 'Quay House';

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  await (await asAdmin()).importModel(await readFile(new URL('../fixtures/two-floors.ttl', import.meta.url), 'utf8'), QUAY, 'metric');
});

test('an operator releases everything at level 8 with one reason', async ({ page }) => {
  const { controller, outputs, points } = await onlineController('VAV 101', QUAY);
  const setpoints = points.filter(({ writable }) => writable);
  const operator = await Integrator.login(productUrl(), 'operator', PEOPLE_PASSWORD);
  for (const { id } of setpoints) await operator.override(id, 22.5);
  await expect.poll(() => setpoints.map(({ key }) => outputs.get(key))).toEqual(setpoints.map(() => 22.5));

  await logIn(page, 'operator');
  await page.goto(`${productUrl()}/overrides?level=8`);
  await expect(page.locator('.override-table tbody tr')).toHaveCount(setpoints.length);
  await page.getByRole('button', { name: /^Release (all|the one)/ }).click();
  await page.getByLabel('Reason', { exact: true }).fill('shift ends');
  await page.getByRole('dialog').getByRole('button', { name: /^Release/ }).click();
  await expect(page.getByRole('dialog').getByRole('status')).toContainText(`${setpoints.length} released, 0 refused`);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing is overridden' })).toBeVisible();
  expect(setpoints.map(({ key }) => outputs.get(key))).toEqual(setpoints.map(() => 21));
  await controller.stop();
});

test('everything is found and reached by keyboard alone', async ({ page }) => {
  await logIn(page, 'operator');
  await page.keyboard.press('/');
  await expect(page.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('102');
  await expect(page.getByRole('option').first()).toContainText('102');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/floors\/.*zone=/);
  await expect(page.locator('cp-zone-panel h2').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/zone=/);
  await expect(page.locator('cp-zone-panel')).toHaveCount(0);
  for (const [key, heading] of [['o', 'Overrides'], ['c', 'Controllers'], ['a', 'Alarms']] as const) {
    // The two keys belong together for a moment only, and a busy machine may take longer between them.
    await expect(async () => {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await expect(page.getByRole('heading', { name: heading, exact: true })).toBeVisible({ timeout: 5_000 });
    }).toPass();
  }
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await page.getByLabel('Single keys work in this browser').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await expect(page.getByRole('heading', { name: 'Alarms', exact: true })).toBeVisible();
});

test('a controller tells its story and the next step, in either language', async ({ page }) => {
  const { controller, id, points } = await onlineController('VAV 201', QUAY);
  controller.report(pointOf(points, 'Zone_Air_Temp').key, 20);
  await controller.stop();
  await logIn(page, 'technician');
  await page.goto(`${productUrl()}/controllers/${id}`);
  const timeline = page.locator('cp-controller-timeline');
  await expect(timeline).toContainText('Got a ticket for a connection');
  await expect(page.locator('.next-step')).toContainText('Next step');
  await timeline.getByRole('button', { name: 'Data' }).click();
  await expect(timeline).not.toContainText('Connected');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('button', { name: 'Deutsch' }).click();
  await page.keyboard.press('Escape');
  await timeline.getByRole('button', { name: 'Zugang' }).click();
  await expect(timeline).toContainText('Hat ein Ticket für eine Verbindung erhalten');
});
