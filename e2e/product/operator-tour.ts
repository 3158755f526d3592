import { expect, type Page } from '@playwright/test';
import { productUrl } from './scene.js';
import { runTour } from './tour-commands.js';

const ALARM = 'Zone temperature sensor faulty';
const RAISED_WITHIN_MS = 90_000;

/** docs/tours/operator.md with its hands and eyes, section by section, signed in as an administrator in English. */
export async function takeOperatorTour(page: Page): Promise<void> {
  await whereMustIGo(page);
  await whatIsWrong(page);
  await seeTheRoom(page);
  await changeIt(page);
  await handOver(page);
}

const pages = (page: Page) => page.getByRole('navigation', { name: 'Pages' });

async function whereMustIGo(page: Page): Promise<void> {
  await page.goto(productUrl());
  await pages(page).getByRole('link', { name: 'Overview' }).click();
  await expect(page.locator('cp-building-elevation').first()).toBeVisible();
  await expect(page.locator('cp-link-indicator')).toContainText(/Live, \d+ ms/);
}

async function whatIsWrong(page: Page): Promise<void> {
  expect(await runTour('operator')).toContain('VAV-3-12');
  await pages(page).getByRole('link', { name: /^Alarms/ }).click();
  await page.locator('tr.alarm-row', { hasText: ALARM }).click({ timeout: RAISED_WITHIN_MS });
  const detail = page.locator('cp-alarm-detail');
  for (const part of ['Means', 'Do', 'Within', 'Last occurrences']) await expect(detail).toContainText(part);
  await detail.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(detail).toContainText('active, acknowledged by you');
}

async function seeTheRoom(page: Page): Promise<void> {
  await page.locator('cp-alarm-detail').getByRole('link', { name: 'Zone temperature' }).click();
  await expect(page).toHaveURL(/\/floors\/.*point=/);
  await expect(page.locator('cp-floor-plan')).toBeVisible();
  await page.getByRole('button', { name: 'CO₂', exact: true }).click();
  await page.getByRole('button', { name: 'List', exact: true }).click();
  await expect(page.locator('cp-room-table')).toContainText('3.12 Meeting');
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByRole('button', { name: 'Temperature', exact: true }).click();
  await page.locator('.plan .room', { hasText: '3.12' }).click();
  await expect(page.locator('cp-zone-panel h2').first()).toContainText('3.12 Meeting');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(page.locator('cp-zone-panel h2').first()).not.toContainText('3.12 Meeting');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.locator('cp-zone-panel h2').first()).toContainText('3.12 Meeting');
}

async function changeIt(page: Page): Promise<void> {
  const panel = page.locator('cp-zone-panel');
  await panel.getByLabel('Value', { exact: true }).fill('22.5');
  await panel.getByLabel('Reason', { exact: true }).fill('a tour');
  await panel.getByRole('button', { name: 'Override at level 8' }).click();
  await expect(panel.locator('.trail')).toContainText('Effective');
  await pages(page).getByRole('link', { name: 'Overrides' }).click();
  const row = page.locator('.override-table tbody tr', { hasText: 'a tour' });
  await expect(row).toContainText('22.5');
  await page.goBack();
  await panel.getByRole('button', { name: 'Release' }).click();
  await expect(panel.getByRole('button', { name: 'Release' })).toBeDisabled();
}

async function handOver(page: Page): Promise<void> {
  await pages(page).getByRole('link', { name: /^Alarms/ }).click();
  await expect(page.locator('tr.alarm-row').first()).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.locator('tr.alarm-row:focus')).toHaveCount(1);
  await page.keyboard.press('c');
  await expect(page.getByRole('dialog', { name: /^Comment on/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'History' }).click();
  await expect(page.locator('cp-alarm-journal')).toContainText('Acknowledged');
  await page.getByRole('button', { name: /^Account of/ }).click();
  const account = page.getByRole('dialog', { name: 'Account' });
  for (const part of ['Appearance', 'Density', 'Language', 'Log out']) await expect(account).toContainText(part);
  await page.keyboard.press('Escape');
}
