import { expect, test } from '@playwright/test';
import { installController } from '../product/field-controller.js';
import { SITE } from '../product/furnish.js';
import { asAdmin, gatewayUrl, logIn, onlineController, pointOf, productUrl } from '../product/scene.js';

test.describe.configure({ mode: 'serial' });

test('a value that a controller reports changes on the plan, in the list and on the faceplate', async ({ page }) => {
  const { controller, points } = await onlineController('VAV 101');
  const temperature = pointOf(points, 'Zone_Air_Temp');
  controller.report(temperature.key, 20.5);
  await logIn(page, 'viewer');
  await page.goto(`${productUrl()}/floors/${temperature.floor?.id}`);
  const plan = page.locator('cp-floor-plan');
  await expect(plan).toContainText('20.5');
  controller.report(temperature.key, 23.4);
  await expect(plan).toContainText('23.4');
  await page.getByRole('button', { name: 'List' }).click();
  await expect(page.locator('cp-room-table')).toContainText('23.4');
  await page.getByRole('button', { name: 'Points' }).click();
  await expect(page.locator('cp-point-table')).toContainText('23.4');
  await page.goto(`${productUrl()}/points/${temperature.id}`);
  await expect(page.getByTestId('present-value')).toContainText('23.4');
  controller.report(temperature.key, 22.2);
  await expect(page.getByTestId('present-value')).toContainText('22.2');
  await expect(page.locator('.quality')).toHaveText('Good');
  await controller.stop();
  await expect(page.locator('.quality')).toHaveText('Down');
});

test('a technician registers a controller, confirms it and sees it come online', async ({ page }) => {
  await logIn(page, 'technician');
  await page.getByRole('link', { name: 'Controllers' }).click();
  await page.getByRole('button', { name: 'Register' }).first().click();
  await page.getByLabel('Building', { exact: true }).selectOption({ label: `Lantern Yard, ${SITE}` });
  await page.getByLabel('Equipment', { exact: true }).selectOption({ label: 'VAV 102, Floor 1' });
  await page.getByLabel('Name', { exact: true }).fill('LC 102');
  await page.getByLabel('Type', { exact: true }).fill('Room controller');
  await page.getByRole('button', { name: 'Register and show the claim code' }).click();
  const card = page.locator('cp-claim-card');
  const claimCode = (await card.getByTestId('claim-code').innerText()).replaceAll(/[\s-]/g, '');
  const slot = (await card.locator('dd.mono').first().innerText()).trim();
  await expect(card.getByRole('img')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();

  const points = (await (await asAdmin()).points('VAV102')).filter((point) => point.equipment?.name === 'VAV 102' && point.site.name === SITE);
  const { controller } = await installController(gatewayUrl(), { slot, claimCode }, points);
  await controller.start();
  await page.getByRole('link', { name: /LC 102/ }).click();
  await expect(page.getByText('Waits for a technician to confirm it').first()).toBeVisible();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText(`SN-${slot}`).first()).toBeVisible();
  await page.getByLabel('I have compared the serial number on site.').check();
  await page.getByRole('button', { name: 'Confirm controller' }).click();
  await expect(page.getByText('Online').first()).toBeVisible();
  await expect.poll(() => controller.state.link).toBe('online');
  await controller.stop();
});

test('an operator overrides a setpoint: stored, read back, effective; released again', async ({ page }) => {
  const { controller, outputs, points } = await onlineController('VAV 201');
  const setpoint = pointOf(points, 'Zone_Air_Temp_Setpoint');
  controller.report(setpoint.key, 21);
  await logIn(page, 'operator');
  await page.goto(`${productUrl()}/points/${setpoint.id}`);
  await expect(page.getByTestId('blocked')).toHaveCount(0);
  await page.getByLabel('Value', { exact: true }).fill('99');
  await expect(page.locator('cp-override-form').getByRole('alert')).toContainText('outside the range');
  await page.getByLabel('Value', { exact: true }).fill('23.5');
  await page.getByLabel('Reason', { exact: true }).fill('visitors in the afternoon');
  await page.getByRole('button', { name: 'Override at level 8' }).click();
  await expect(page.locator('cp-command-trail')).toContainText('Effective');
  expect(outputs.get(setpoint.key)).toBe(23.5);
  await expect(page.getByTestId('present-value')).toContainText('23.5');
  await expect(page.locator('cp-slot-table')).toContainText('visitors in the afternoon');
  await page.getByRole('button', { name: 'Release' }).click();
  await expect.poll(() => outputs.get(setpoint.key)).toBe(21);
  await expect(page.locator('cp-command-trail')).toContainText('Release of level 8');
  await controller.stop();
  await expect(page.getByTestId('blocked')).toContainText('is offline');
});

test('a lost link greys every value and refuses changes; nothing is sent later', async ({ page, context }) => {
  const { points } = await onlineController('AHU 1');
  const temperature = pointOf(points, 'Supply_Air_Temp');
  await logIn(page, 'operator');
  await page.goto(`${productUrl()}/points/${temperature.id}`);
  await expect(page.locator('cp-link-indicator')).toContainText('Live');
  await context.setOffline(true);
  await expect(page.locator('cp-link-indicator')).toContainText('Link lost', { timeout: 30_000 });
  await expect(page.getByText(/What you see is what was known then/)).toBeVisible();
  await context.setOffline(false);
  await expect(page.locator('cp-link-indicator')).toContainText('Live', { timeout: 30_000 });
});
