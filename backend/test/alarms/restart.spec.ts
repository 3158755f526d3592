import { createInMemoryBus, type MessageBus } from '@cupola/messaging';
import { createDatabase, FakeClock, type SpecDatabase, waitFor } from '@cupola/testing';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clock } from '../../src/clock.js';
import { readBackendConfig } from '../../src/config/read-backend-config.js';
import { createBackend, type RunningBackend } from '../../src/create-backend.js';
import { verifyAlarms } from '../../src/modules/alarms/index.js';
import { ADMIN_PASSWORD, ApiClient } from '../harness.js';
import { devicePoint } from '../devices/box.js';
import { AlarmPlace } from './alarm-place.js';

const clock = new FakeClock(Date.now());
class FakedClock extends Clock {
  now(): number {
    return clock.now();
  }
}

let spec: SpecDatabase;
let dataDir: string;
let bus: MessageBus;
let running: RunningBackend;
let vav: AlarmPlace;

beforeAll(async () => {
  spec = await createDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'cupola-alarms-'));
  bus = createInMemoryBus();
  vav = await AlarmPlace.make(await start(), clock);
});
afterAll(async () => {
  await running.close();
  await bus.close();
  await spec.drop();
  await rm(dataDir, { recursive: true, force: true });
});

/** One backend after the other, on one database, one bus and one data directory. */
async function start() {
  const config = readBackendConfig({ DATABASE_URL: spec.url, CUPOLA_PORT: '0', CUPOLA_DATA_DIR: dataDir, CUPOLA_ADMIN_PASSWORD: ADMIN_PASSWORD });
  running = await createBackend({ config, bus, clock: new FakedClock() });
  const admin = new ApiClient(running.url);
  await admin.login('admin', ADMIN_PASSWORD);
  return { admin, bus, database: running.database };
}

async function restart(downMs: number): Promise<void> {
  await running.close();
  clock.advance(downMs);
  vav.around = await start();
}

/** No timer left that is due: what the runner had to do is done. */
const settled = () =>
  waitFor(async () => {
    const [row] = await running.database.query<{ due: number }>(`SELECT count(*)::int AS due FROM timers WHERE kind LIKE 'alarm%' AND due_at <= to_timestamp($1::float8 / 1000)`, [clock.now()]);
    return row?.due === 0;
  });

describe('after a restart', () => {
  it('a delay that ran goes on where it was, and one that ended meanwhile ended at its time', async () => {
    const slow = await vav.define({ name: 'Slow', onDelayMs: 60_000 });
    const fast = await vav.define({ name: 'Fast', onDelayMs: 20_000 });
    const since = clock.now();
    await vav.report({ temperature: 26 });
    expect(await vav.state(slow)).toBe('NORM');
    await restart(30_000);
    expect((await vav.reaches(fast, 'UNACK')).activeSince).toBe(new Date(since + 20_000).toISOString());
    expect(await vav.state(slow)).toBe('NORM');
    clock.advance(30_000);
    expect((await vav.reaches(slow, 'UNACK')).activeSince).toBe(new Date(since + 60_000).toISOString());
    clock.advance(1000);
    await vav.report({ temperature: 20 });
    clock.advance(60_000);
    await vav.reaches(slow, 'RTNUN');
  });

  it('a sample finds the alarms as they were: nothing is raised twice', async () => {
    const definition = await vav.define({ name: 'Once' });
    await vav.report({ temperature: 27 });
    await restart(1000);
    await vav.report({ temperature: 28 });
    expect(await vav.alarmOf(definition)).toMatchObject({ state: 'UNACK', occurrence: 1 });
    clock.advance(1000);
    await vav.report({ temperature: 20 });
    expect(await vav.state(definition)).toBe('RTNUN');
  });

  it('the absence of a device behind a controller is known before anything is judged', async () => {
    const definition = await vav.define({ name: 'Sensor faulty', condition: 'FAULT', limit: null });
    const device = { id: 'sensor-1', state: 'online', since: Date.now() };
    await vav.box.open();
    await vav.box.hello([devicePoint(1, 'temperature', { subdevice: device.id })], { subdevices: [device] });
    await vav.lease('1 hour');
    clock.advance(1000);
    await vav.report({ temperature: 21 });
    await bus.request('subdevices.changed', { ...vav.box.ref, payload: { subdevices: [{ ...device, state: 'lost' }] } });
    const alarm = await vav.reaches(definition, 'UNACK');
    await restart(1000);
    expect(await vav.reaches(definition, 'UNACK')).toMatchObject({ occurrence: 1 });
    expect(await vav.facts(alarm.id)).toEqual(['ACTIVATED']);
  });

  it('a doubt about an identity that is still open is the same alarm; one that was settled meanwhile has cleared', async () => {
    const definition = await vav.ofControllers('IDENTITY');
    const old = { ...vav.box.ref };
    await vav.box.open();
    await vav.lease('1 hour');
    await bus.request('sessions.ended', { ...old, code: 4500, reason: 'clone', text: '' });
    const alarm = await vav.reaches(definition, 'UNACK');
    await restart(1000);
    expect(await vav.reaches(definition, 'UNACK')).toMatchObject({ occurrence: 1 });
    expect(await vav.facts(alarm.id)).toEqual(['ACTIVATED']);
    await running.database.query('UPDATE controllers SET doubt_until = now() WHERE id = $1', [vav.box.deviceId]);
    await restart(1000);
    await vav.reaches(definition, 'RTNUN');
    expect(await vav.facts(alarm.id)).toEqual(['ACTIVATED', 'CLEARED']);
  });

  it('whatever happened in between, the journal adds up to the alarms', async () => {
    await vav.define({ name: 'Latching', latching: true, deadband: 1 });
    const event = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(19, 21, 23.5, 25, 30).map((value) => () => vav.report({ temperature: value })) },
      { weight: 2, arbitrary: fc.constant(() => acknowledgeAll()) },
      { weight: 1, arbitrary: fc.constant(() => resetAll()) },
      { weight: 1, arbitrary: fc.constant(() => restart(5000)) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 10, maxLength: 25 }), async (events) => {
        for (const happen of events) {
          clock.advance(7000);
          await happen();
        }
        await settled();
        const reader = { query: <R>(sql: string, params: unknown[] = []) => client.query(sql, params).then(({ rows }) => rows as R[]) };
        const client = await running.database.pool.connect();
        const verdict = await verifyAlarms(reader).finally(() => client.release());
        expect(verdict.differences).toEqual([]);
        expect(verdict.lines).toBeGreaterThan(0);
      }),
      { numRuns: 4 },
    );
  });
});

async function acknowledgeAll(): Promise<void> {
  const alarms = (await vav.shown()).filter(({ acked }) => !acked).map(({ id, occurrence }) => ({ id, occurrence }));
  if (alarms.length > 0) await vav.around.admin.post('/api/v1/alarms/acknowledge', { alarms });
}

async function resetAll(): Promise<void> {
  for (const { id, occurrence, latched } of await vav.shown()) if (latched) await vav.around.admin.post(`/api/v1/alarms/${id}/reset`, { occurrence });
}
