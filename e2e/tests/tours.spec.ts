import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test, type Locator } from '@playwright/test';
import { asAdmin, logIn, onlineController, pointOf } from '../product/scene.js';
import { runTour } from '../product/tour-commands.js';

const MODEL = fileURLToPath(new URL('../fixtures/two-floors.ttl', import.meta.url));
/** A building of its own: elsewhere other specs have put their controllers. */
const FERRY = 'Ferry House';

test("the integrator's tour does what it says", async () => {
  await (await asAdmin()).importModel(await readFile(MODEL, 'utf8'), FERRY, 'metric');
  const { controller, outputs, points } = await onlineController('VAV 102', FERRY);
  const setpoint = pointOf(points, 'Setpoint');
  controller.report(setpoint.key, 21);
  const stdout = await runTour('integrator');
  expect(stdout).toContain('Administrator');
  expect(stdout).toMatch(/^snapshot \d+ /m);
  expect(stdout).toMatch(/^202$[^]*^202$[^]*^the same command$[^]*^409$[^]*^KEY_REUSED: /m);
  expect(stdout).toMatch(/^command 21\.5 EFFECTIVE$/m);
  expect(stdout).toContain('"readBack": 21.5');
  await expect.poll(() => outputs.get(setpoint.key)).toBe(21);
  await controller.stop();
});

/** The option that says so among other things. */
async function choose(field: Locator, text: string): Promise<void> {
  const option = field.locator('option', { hasText: text });
  await field.selectOption(await option.getAttribute('value'));
}

test("the technician's tour does what it says, pasted", async ({ page }) => {
  const stdout = await runTour('technician');
  expect(stdout).toMatch(/"points":\d+/);
  expect(stdout).toMatch(/^\S+ \S+$/m);
  expect(stdout).toContain('pending');
  expect(stdout).toContain('active, serial SN-0101');
  expect(stdout).toMatch(/Zone Air Temp\S*  \d+(\.\d+)?  degC  GOOD/i);
  await logIn(page, 'technician');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Controllers' }).click();
  await page.getByRole('link', { name: 'LC 101', exact: true }).click();
  await expect(page.locator('.session-state')).toContainText('Offline');
  await expect(page.locator('.next-step')).toContainText('Next step');
  await expect(page.getByRole('region', { name: 'Alarms' })).toContainText('LC 101', { timeout: 60_000 });
});

test("the technician's tour does what it says, clicked", async ({ page }) => {
  await logIn(page, 'admin');
  const rail = page.getByRole('navigation', { name: 'Pages' });
  await rail.getByRole('link', { name: 'Import' }).click();
  await page.getByLabel('Brick model (Turtle)').setInputFiles(MODEL);
  await page.getByLabel('Site', { exact: true }).fill('Clicked');
  await page.getByLabel(/^Metric/).check();
  await page.getByRole('button', { name: 'Read and report' }).click();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('link', { name: 'Register controllers' }).click();
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await choose(dialog.getByLabel('Building'), 'Clicked');
  await choose(dialog.getByLabel('Equipment'), 'VAV 101');
  await dialog.getByLabel('Name').fill('LC 101 clicked');
  await dialog.getByLabel('Type').fill('Room controller');
  await dialog.getByRole('button', { name: 'Register and show the claim code' }).click();
  await expect(page.locator('.claim .qr')).toBeVisible();
  await expect(page.locator('.claim .code')).toHaveText(/\S{8,}/);
});
