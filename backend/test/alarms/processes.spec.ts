import { createInMemoryBus, type MessageBus } from '@cupola/messaging';
import { createDatabase, FakeClock, type SpecDatabase, waitFor } from '@cupola/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clock } from '../../src/clock.js';
import { readBackendConfig } from '../../src/config/read-backend-config.js';
import { createBackend, type RunningBackend } from '../../src/create-backend.js';
import { ADMIN_PASSWORD, ApiClient } from '../harness.js';
import { AlarmPlace, type Around } from './alarm-place.js';

const clock = new FakeClock(Date.now());
class FakedClock extends Clock {
  now(): number {
    return clock.now();
  }
}

interface Process extends Around {
  running: RunningBackend;
  bus: MessageBus;
  close(): Promise<void>;
}

let spec: SpecDatabase;
let dataDir: string;
let first: Process;
let second: Process;

/** A process with a bus of its own: no hint reaches the other one. */
async function start(): Promise<Process> {
  const bus = createInMemoryBus();
  const config = readBackendConfig({ DATABASE_URL: spec.url, CUPOLA_PORT: '0', CUPOLA_DATA_DIR: dataDir, CUPOLA_ADMIN_PASSWORD: ADMIN_PASSWORD });
  const running = await createBackend({ config, bus, clock: new FakedClock() });
  const admin = new ApiClient(running.url);
  await admin.login('admin', ADMIN_PASSWORD);
  return { running, bus, admin, database: running.database, close: async () => void (await running.close(), await bus.close()) };
}

beforeAll(async () => {
  spec = await createDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'cupola-processes-'));
  first = await start();
  second = await start();
});
afterAll(async () => {
  await second.close();
  await spec.drop();
  await rm(dataDir, { recursive: true, force: true });
});

describe('two processes on one database', () => {
  it('drive an alarm from one side only, and lose nothing that the other did to it', async () => {
    const vav = await AlarmPlace.make(first, clock);
    const definition = await vav.define({ latching: true });
    await vav.report({ temperature: 26 });
    const { id } = await vav.reaches(definition, 'UNACK');
    await waitFor(async () => (await second.admin.post(`/api/v1/alarms/${id}/acknowledge`, { occurrence: 1 })).status === 200);
    clock.advance(1000);
    await vav.report({ temperature: 20 });
    expect(await vav.alarmOf(definition)).toMatchObject({ state: 'LATCHED_RTN', acked: true, occurrence: 1 });
    expect((await second.admin.post(`/api/v1/alarms/${id}/reset`, { occurrence: 1 })).status).toBe(200);
    clock.advance(1000);
    await vav.report({ temperature: 27 });
    expect(await vav.alarmOf(definition)).toMatchObject({ state: 'UNACK', occurrence: 2 });
    expect(await vav.facts(id)).toEqual(['ACTIVATED', 'ACKNOWLEDGED', 'LATCHED', 'RESET', 'CLEARED', 'ACTIVATED']);
  });

  it('hand alarms over with their shards', async () => {
    const vav = await AlarmPlace.make(first, clock);
    const definition = await vav.define({ onDelayMs: 60_000 });
    await vav.report({ temperature: 26 });
    await first.close();
    vav.around = second;
    clock.advance(60_000);
    await vav.reaches(definition, 'UNACK');
    await waitFor(async () => {
      clock.advance(1000);
      await vav.report({ temperature: 20 });
      return true;
    });
    await vav.reaches(definition, 'UNACK');
    clock.advance(60_000);
    await vav.reaches(definition, 'RTNUN');
  });
});
