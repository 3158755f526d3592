import { expect, test } from '@playwright/test';
import { installController } from '../product/field-controller.js';
import { Integrator } from '../product/integrator.js';
import { ADMIN_PASSWORD, Product } from '../product/product.js';

test('a new administrator gets from nothing to the first live value', async ({ page }) => {
  const product = await Product.start();
  try {
    await page.goto(product.url);
    await page.getByLabel('User name').fill('admin');
    await page.getByLabel('Password').fill(ADMIN_PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('main').getByRole('link', { name: 'Set up' }).click();
    const step = (name: string) => page.locator('.start-steps > li').filter({ hasText: name });

    await page.getByLabel('Building name').fill('Pier 9 "North"');
    await page.getByRole('button', { name: 'Make this building' }).click();
    await expect(step('A building')).toHaveClass(/done/);

    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByLabel('Equipment', { exact: true }).selectOption({ label: 'VAV 101, Floor 1' });
    await page.getByRole('button', { name: 'Register and show the claim code' }).click();
    const claimCode = (await page.getByTestId('claim-code').innerText()).replaceAll(/[\s-]/g, '');
    const slot = (await page.locator('cp-claim-card dd.mono').first().innerText()).trim();
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(step('The controller has claimed its place').locator('code')).toHaveCount(2);

    const points = await (await Integrator.login(product.url, 'admin', ADMIN_PASSWORD)).points('Zone');
    const { controller } = await installController(product.gatewayUrl, { slot, claimCode }, points);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByLabel('I have compared the serial number on site.').check();
    await page.getByRole('button', { name: 'Confirm controller' }).click();
    await expect(step('The first live value')).toHaveClass(/now/);

    await controller.start();
    const temperature = points.find(({ key }) => key.endsWith('Zone_Air_Temp'));
    controller.report(temperature?.key ?? '', 21.4);
    await expect(page.getByTestId('first-value')).toHaveText('21.4 °C');
    await page.getByRole('link', { name: 'See it on its floor' }).click();
    await expect(page.getByRole('main')).toContainText('21.4');
    await controller.stop();
  } finally {
    await product.stop();
  }
});
