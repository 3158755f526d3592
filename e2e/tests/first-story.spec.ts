import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { CountedSteps } from '../product/counted-steps.js';
import { asAdmin, logIn, onlineController, pointOf } from '../product/scene.js';

const MILL = 'Mill House';
/** More than this would be a detour. */
const STEPS_AT_MOST = 8;

test('the first story of an operator: sees an alarm, finds the zone, understands, overrides, watches it take effect, releases', async ({ page }) => {
  const admin = await asAdmin();
  await admin.importModel(await readFile(new URL('../fixtures/two-floors.ttl', import.meta.url), 'utf8'), MILL, 'metric');
  const { controller, outputs, points } = await onlineController('VAV 201', MILL);
  const temperature = pointOf(points, 'Zone_Air_Temp');
  const setpoint = pointOf(points, 'Zone_Air_Temp_Setpoint');
  await admin.defineAlarm({
    target: { kind: 'point', point: temperature.id },
    ...{ name: 'Mill room too warm', condition: 'HI', limit: 26, deadband: 0.5, priority: 1 },
    ...{ consequence: 'People leave the room', action: 'Lower the setpoint by 3 K for an hour, then send somebody to the valve' },
  });
  controller.report(setpoint.key, 21);
  controller.report(temperature.key, 22);
  await logIn(page, 'operator');
  const hand = new CountedSteps();
  const banner = page.getByRole('region', { name: 'Alarms' });
  const side = page.getByRole('complementary', { name: 'Details' });

  controller.report(temperature.key, 27.4);
  await hand.click('the alarm in the banner', banner.getByRole('link', { name: /Mill room too warm/ }));
  await expect(page.getByText('People leave the room')).toBeVisible();
  await expect(page.getByText(/Lower the setpoint by 3 K/)).toBeVisible();
  await hand.click('the point of the alarm, which is shown in its zone on the floor', page.locator('dl').getByRole('link', { name: temperature.label }));
  await expect(page.locator('cp-floor-plan')).toContainText('27.4');
  await hand.click('back to everything in the zone', side.getByRole('button', { name: '201' }));
  await hand.click("the zone's setpoint", side.getByRole('button', { name: setpoint.label }));
  await hand.fill('the new value', side.getByLabel('Value', { exact: true }), '18');
  await hand.fill('the reason', side.getByLabel('Reason', { exact: true }), 'too warm, valve is looked at');
  await hand.click('Override at level 8', side.getByRole('button', { name: 'Override at level 8' }));
  await expect(side.locator('cp-command-trail')).toContainText('Effective');
  await expect(side.getByTestId('present-value')).toContainText('18');
  expect(outputs.get(setpoint.key)).toBe(18);

  controller.report(temperature.key, 24.9);
  await expect(page.locator('cp-floor-plan')).toContainText('24.9');
  await hand.click('Release', side.getByRole('button', { name: 'Release' }));
  await expect.poll(() => outputs.get(setpoint.key)).toBe(21);
  await expect(side.getByTestId('present-value')).toContainText('21');
  console.log(`The first story takes ${hand.count} steps:\n${hand.tell()}`);
  expect(hand.count).toBeLessThanOrEqual(STEPS_AT_MOST);
  await controller.stop();
});
