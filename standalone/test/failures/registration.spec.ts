import { createController, enrol, memoryCredentials } from '@cupola/device-client';
import { waitFor } from '@cupola/testing';
import { expect, it } from 'vitest';
import { afterwards } from '../scene.js';
import { House, sensorOf } from './house.js';

/** Every write of this kind fails, as if the disk were full in the middle. */
async function breakWrites(house: House, when: string): Promise<() => Promise<unknown>> {
  await house.query(`CREATE FUNCTION break_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken in the middle'; END $$`);
  await house.query(`CREATE TRIGGER broken ${when} FOR EACH ROW EXECUTE FUNCTION break_it()`);
  return () => house.query('DROP FUNCTION break_it() CASCADE');
}

it('F7 enrolment that failed midway leaves a claim code that still works', async () => {
  const house = await House.open();
  const { claim, controllerId } = await house.register();
  const asked = { slot: claim.slot, claimCode: claim.claimCode, serial: 'SN-1' };
  const mend = await breakWrites(house, 'AFTER UPDATE ON controllers');
  await expect(enrol(house.gateway, asked)).rejects.toThrow();
  await mend();
  const { deviceId } = await enrol(house.gateway, asked);
  expect(deviceId).toBe(controllerId);
});

it('F7 a point list that failed midway leaves a controller that connects, and whose samples are kept', async () => {
  const house = await House.open();
  const { claim, controllerId, points } = await house.register();
  const credential = await enrol(house.gateway, { slot: claim.slot, claimCode: claim.claimCode, serial: 'SN-1' });
  await house.console.post(`/controllers/${controllerId}/confirm`);
  const mend = await breakWrites(house, 'AFTER INSERT ON channels');
  const sensor = sensorOf(points);
  const controller = createController({
    gateway: house.gateway,
    credentials: memoryCredentials(credential),
    points: [{ key: sensor.key, kind: 'analog', ...(sensor.unit === null ? {} : { unit: sensor.unit }) }],
    random: () => 0,
  });
  afterwards(() => controller.stop());
  let failures = 0;
  controller.on('state', ({ link }) => (failures += link === 'waiting' ? 1 : 0));
  await controller.start();
  controller.report(sensor.key, 21);
  await waitFor(() => failures > 0);
  await mend();
  await waitFor(() => controller.state.link === 'online' && controller.unacknowledged === 0, { timeoutMs: 90_000 });
  await waitFor(async () => (await house.samples(sensor.id)).length === 1);
});
