import { FakeClock } from '@cupola/testing';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AlarmPlace } from '../alarms/alarm-place.js';
import { type AlarmsData, held } from '../alarms/held-alarms.js';
import { startBackend, type TestBackend } from '../harness.js';
import { eventually, LiveClient } from './live-client.js';
import { fold, LivePlace } from './live-place.js';

const POINTS = 300;
/** Many subscriptions to one floor fill the kernel's buffers sooner. */
const SUBSCRIPTIONS = 40;
const clock = new FakeClock(Date.now());
let backend: TestBackend;
let floor: LivePlace;
let vav: AlarmPlace;
beforeAll(async () => {
  backend = await startBackend({ clock });
  floor = await LivePlace.make(backend, clock, POINTS);
  vav = await AlarmPlace.make(backend, clock);
  await vav.define();
});
afterAll(() => backend.close());

/** The TCP socket beneath: pausing it is a browser that does not read. */
function wire(client: LiveClient): Socket {
  const { transport } = client.socket.io.engine as unknown as { transport: { ws: { _socket: Socket } } };
  return transport.ws._socket;
}

it('F14 C7 a console that does not read gets the newest values and every line of the alarms once it does, and holds nobody up', async () => {
  const [slow, quick] = [await LiveClient.connect(backend.admin), await LiveClient.connect(backend.admin)];
  const topic = `floor:${floor.place.floorId}`;
  const quickId = (await quick.watch(topic)).id;
  const [slowAlarms, quickAlarms] = [(await slow.watch<AlarmsData>('alarms')).id, (await quick.watch<AlarmsData>('alarms')).id];
  const slowIds: string[] = [];
  for (let count = 0; count < SUBSCRIPTIONS; count += 1) slowIds.push((await slow.watch(topic)).id);
  wire(slow).pause();
  let round = 0;
  while (quick.deltasOf(quickId).length < 40) {
    round += 1;
    clock.advance(1);
    await vav.report({ temperature: round % 2 === 0 ? 20 : 30 });
    await floor.report(Object.fromEntries(Array.from({ length: POINTS }, (_, index) => [index, round + index / POINTS])));
  }
  const last = (client: LiveClient, id: string) => fold(client.snapshotOf(id), client.deltasOf(id)).get(floor.pointIds[0] ?? '')?.[0];
  await eventually(() => expect(last(quick, quickId)).toBe(round));
  const journal = await backend.database.query<{ number: string }>('SELECT number FROM alarm_journal ORDER BY number');
  const lines = journal.map(({ number }) => Number(number));
  expect(lines.length).toBeGreaterThanOrEqual(round);
  await eventually(() => expect(held(quick, quickAlarms).numbers).toEqual(lines));
  expect(slow.messages.delta).toEqual([]);
  wire(slow).resume();
  const truth = fold(quick.snapshotOf(quickId), quick.deltasOf(quickId));
  for (const id of slowIds) {
    await eventually(() => expect(last(slow, id)).toBe(round), 10_000);
    expect(fold(slow.snapshotOf(id), slow.deltasOf(id))).toEqual(truth);
    expect(slow.deltasOf(id).map(({ prev }) => prev)).toEqual(slow.deltasOf(id).map((_, index) => index + 1));
  }
  await eventually(() => expect(held(slow, slowAlarms).numbers).toEqual(lines));
  expect(held(slow, slowAlarms)).toEqual({ ...held(quick, quickAlarms), isChained: true });
  expect(slowIds.flatMap((id) => slow.deltasOf(id)).length).toBeLessThan((SUBSCRIPTIONS * quick.deltasOf(quickId).length) / 2);
  slow.close();
  quick.close();
});
