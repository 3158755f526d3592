import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { asAdmin, logIn, onlineController, pointOf, productUrl } from '../product/scene.js';

const HARBOUR = 'Harbour House';

test.beforeAll(async () => {
  await (await asAdmin()).importModel(await readFile(new URL('../fixtures/two-floors.ttl', import.meta.url), 'utf8'), HARBOUR, 'metric');
});

test('an alarm is raised, seen in the banner, acknowledged by keyboard, and gone when the value returns', async ({ page }) => {
  const { controller, points } = await onlineController('VAV 101', HARBOUR);
  const temperature = pointOf(points, 'Zone_Air_Temp');
  await (await asAdmin()).defineAlarm({
    target: { kind: 'point', point: temperature.id },
    name: 'Harbour room too warm',
    condition: 'HI',
    limit: 26,
    deadband: 0.5,
    priority: 2,
    consequence: 'Comfort lost',
    action: 'Look at the reheat valve first',
  });
  controller.report(temperature.key, 22);
  await logIn(page, 'operator');
  const banner = page.getByRole('region', { name: 'Alarms' });
  await expect(banner).not.toContainText('Harbour room too warm');
  controller.report(temperature.key, 27.3);
  await expect(banner).toContainText('Harbour room too warm');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: /Alarms/ }).click();
  const row = page.locator('tr.alarm-row', { hasText: 'Harbour room too warm' });
  await expect(row).toContainText('UNACK');
  await expect(row).toContainText('27.3');
  await page.screenshot({ path: 'screenshots/alarms-desk-light.png' });
  await row.click();
  await expect(page.getByText('Look at the reheat valve first')).toBeVisible();
  await row.focus();
  await page.keyboard.press('a');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(row).toContainText('ACKED');
  // Inside the deadband it stays; both reports may fall into one millisecond.
  controller.report(temperature.key, 25.8);
  controller.report(temperature.key, 25.2);
  await expect(row.getByText('ACKED')).toHaveCount(0);
  await page.getByRole('button', { name: 'History' }).click();
  await expect(page.locator('main')).toContainText('Returned to normal');
  await expect(page.locator('main')).toContainText('Acknowledged');
  await controller.stop();
});

test('a controller that is lost is one alarm that names the cause', async ({ page }) => {
  const { controller } = await onlineController('VAV 102', HARBOUR);
  await logIn(page, 'operator');
  await page.goto(`${productUrl()}/alarms`);
  await controller.stop();
  await expect(page.locator('tr.alarm-row', { hasText: 'VAV 102' })).toHaveCount(1, { timeout: 60_000 });
  await expect(page.locator('tr.alarm-row', { hasText: 'VAV 102' })).toContainText('Controller offline');
});
