import type { AlarmDefinition } from '@cupola/contracts';
import { waitFor } from '@cupola/testing';
import { expect, it } from 'vitest';
import { House } from './house.js';
import { WiredController } from './wired-controller.js';

const CHANGES = 1_000;

it('A17 a thousand alarms in a second are all on record, and the session lives', async () => {
  const house = await House.open();
  const box = await house.install();
  const wired = await WiredController.open(house.gateway, box);
  await wired.hello();
  const rule = { name: 'Too hot', target: { kind: 'point', point: box.sensor.id }, condition: 'HI', limit: 25, deadband: 0, priority: 1 };
  const { id } = await house.console.post<AlarmDefinition>('/alarm-definitions', rule);
  const now = Date.now() - 1_000;
  wired.data(1, Array.from({ length: CHANGES }, (_, index) => [0, index % 2 === 0 ? 30 : 20, 0, index]), now);
  await wired.acked(1);
  const [alarm] = await house.query<{ occurrence: number }>('SELECT occurrence FROM alarms WHERE definition_id = $1', [id]);
  expect(Number(alarm?.occurrence)).toBe(CHANGES / 2);
  const lines = await house.query('SELECT FROM alarm_journal j JOIN alarms a ON a.id = j.alarm_id WHERE a.definition_id = $1', [id]);
  expect(lines.length).toBeGreaterThanOrEqual(CHANGES);
  wired.send([9, 1, 1]);
  await wired.next(10);
  await waitFor(async () => (await house.link(box.id)).link === 'online');
});
