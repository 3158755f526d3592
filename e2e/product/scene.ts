import { expect, type Page } from '@playwright/test';
import type { Point } from '@cupola/contracts';
import { installController, type FieldController } from './field-controller.js';
import { PEOPLE_PASSWORD, SITE } from './furnish.js';
import { Integrator } from './integrator.js';
import { ADMIN_PASSWORD } from './product.js';

export function productUrl(): string {
  return required('CUPOLA_E2E_URL');
}

export function gatewayUrl(): string {
  return required('CUPOLA_E2E_GATEWAY');
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the product was not started`);
  return value;
}

export function asAdmin(): Promise<Integrator> {
  return Integrator.login(productUrl(), 'admin', ADMIN_PASSWORD);
}

export async function logIn(page: Page, username: string): Promise<void> {
  await page.goto(productUrl());
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(username === 'admin' ? ADMIN_PASSWORD : PEOPLE_PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
  await expect(page.locator('cp-link-indicator')).toContainText('Live');
}

/** A controller of one piece of equipment, registered, claimed, confirmed and online. */
export async function onlineController(equipmentName: string, siteName = SITE): Promise<FieldController & { id: string; points: Point[] }> {
  const admin = await asAdmin();
  const site = await admin.site(siteName);
  const building = site.buildings[0];
  if (!building) throw new Error('the site has no building');
  const equipment = await admin.equipment(building.id, equipmentName);
  const points = (await admin.points(equipmentName.replace(' ', ''))).filter((point) => point.equipment?.id === equipment);
  const { controller: row, claim } = await admin.register({
    name: `LC ${equipmentName}`,
    type: 'Room controller',
    site: site.id,
    building: building.id,
    equipment,
  });
  const field = await installController(gatewayUrl(), claim, points);
  await admin.confirm(row.id);
  await field.controller.start();
  await expect.poll(() => field.controller.state.link).toBe('online');
  return { ...field, id: row.id, points };
}

export function pointOf(points: readonly Point[], ending: string): Point {
  const found = points.find((point) => point.key.endsWith(ending));
  if (!found) throw new Error(`no point ends with ${ending}: ${points.map((point) => point.key).join(', ')}`);
  return found;
}
