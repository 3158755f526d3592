import { expect, test } from '@playwright/test';
import { installController } from '../product/field-controller.js';
import { asAdmin, gatewayUrl, logIn, productUrl } from '../product/scene.js';

const ROOMS = 108;
const SITE = 'Full House';

/** One floor of 108 rooms with names as long as real ones, all of them measured by one controller. */
function fullFloor(): string {
  const rooms = Array.from({ length: ROOMS }, (_, index) => `${300 + Math.floor(index / 2)}${index % 2 ? '_A' : ''}`);
  const lines = rooms.map(
    (room) => `
ex:RM${room}_room a brick:Room . ex:floor3 brick:hasPart ex:RM${room}_room .
ex:RM${room} a brick:HVAC_Zone ; brick:hasPart ex:RM${room}_room . ex:AHU9 brick:feeds ex:VAVRM${room} .
ex:VAVRM${room} a brick:VAV ; brick:feeds ex:RM${room} ; brick:hasPoint ex:RM${room}.Zone_Air_Temp, ex:RM${room}.Zone_Air_Temp_Setpoint .
ex:RM${room}.Zone_Air_Temp a brick:Zone_Air_Temperature_Sensor .
ex:RM${room}.Zone_Air_Temp_Setpoint a brick:Zone_Air_Temperature_Setpoint .`,
  );
  return `@prefix brick: <https://brickschema.org/schema/Brick#> .
@prefix ex: <http://example.org/full#> .
ex:house a brick:Building ; brick:hasPart ex:floor3 . ex:floor3 a brick:Floor . ex:AHU9 a brick:Air_Handler_Unit .${lines.join('')}`;
}

test('a full floor draws every room, and no label touches another or leaves its room', async ({ page }) => {
  const admin = await asAdmin();
  await admin.importModel(fullFloor(), SITE, 'imperial');
  const site = await admin.site(SITE);
  const building = site.buildings[0];
  const floor = building?.floors[0];
  if (!building || !floor) throw new Error('the full floor was not imported');
  const points = (await admin.points('Zone_Air_Temp')).filter((point) => point.floor?.id === floor.id);
  expect(points).toHaveLength(2 * ROOMS);
  const { controller: row, claim } = await admin.registerForBuilding({ name: 'Full house', type: 'Test', site: site.id, building: building.id });
  const { controller } = await installController(gatewayUrl(), claim, points);
  await admin.confirm(row.id);
  await controller.start();
  await expect.poll(() => controller.state.link).toBe('online');
  points.forEach((point, index) => controller.report(point.key, point.writable ? 72.5 : 100.1 + index / 10));
  await logIn(page, 'viewer');
  await page.goto(`${productUrl()}/floors/${floor.id}`);
  await expect(page.locator('.room')).toHaveCount(ROOMS);
  await expect(page.locator('.room.doubt')).toHaveCount(0);
  await page.screenshot({ path: 'screenshots/full-floor-desk-light.png' });
  expect(await page.evaluate(touchingLabels)).toEqual([]);
  await controller.stop();
  await expect(page.locator('.room.doubt')).toHaveCount(ROOMS);
  expect(await page.evaluate(touchingLabels)).toEqual([]);
});

/** Runs in the page. Names labels that overlap one another or stick out of their room. */
function touchingLabels(): string[] {
  const found: string[] = [];
  const labels = [...document.querySelectorAll<SVGTextElement>('.room text')].map((text) => ({
    text: text.textContent ?? '',
    box: text.getBoundingClientRect(),
    room: text.closest('.room')?.querySelector('.floor-of-room')?.getBoundingClientRect(),
  }));
  labels.forEach(({ text, box, room }, index) => {
    if (!room || box.left < room.left || box.right > room.right || box.top < room.top || box.bottom > room.bottom) found.push(`${text} leaves its room`);
    for (const other of labels.slice(index + 1)) {
      const isApart = box.right <= other.box.left || other.box.right <= box.left || box.bottom <= other.box.top || other.box.bottom <= box.top;
      if (!isApart) found.push(`${text} touches ${other.text}`);
    }
  });
  return found;
}
