import { createInMemoryBus, type MessageBus } from '@cupola/messaging';
import { createDatabase, FakeClock, type SpecDatabase, waitFor } from '@cupola/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../../src/clock.js';
import { readBackendConfig } from '../../src/config/read-backend-config.js';
import { createBackend, type RunningBackend } from '../../src/create-backend.js';
import { ADMIN_PASSWORD, ApiClient } from '../harness.js';
import { HOUR, type ServedPoint, servePoint } from './served-point.js';

const clock = new FakeClock();
class FakedClock extends Clock {
  now(): number {
    return clock.now();
  }
}

let spec: SpecDatabase;
let dataDir: string;
let bus: MessageBus;
let running: RunningBackend;

/** One backend after the other, on one database, one bus and one data directory. */
async function start(): Promise<RunningBackend> {
  const config = readBackendConfig({ DATABASE_URL: spec.url, CUPOLA_PORT: '0', CUPOLA_DATA_DIR: dataDir, CUPOLA_ADMIN_PASSWORD: ADMIN_PASSWORD });
  running = await createBackend({ config, bus, clock: new FakedClock() });
  return running;
}

async function serve(): Promise<ServedPoint> {
  const admin = new ApiClient(running.url);
  await admin.login('admin', ADMIN_PASSWORD);
  return servePoint({ admin, bus, database: running.database }, clock);
}

async function reaches(id: string, state: string): Promise<void> {
  await waitFor(async () => (await running.database.query('SELECT id FROM commands WHERE id = $1 AND state = $2', [id, state])).length > 0);
}

beforeAll(async () => {
  spec = await createDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'cupola-restart-'));
  bus = createInMemoryBus();
});
beforeEach(start);
afterAll(async () => {
  await bus.close();
  await spec.drop();
  await rm(dataDir, { recursive: true, force: true });
});

describe('after a restart of the backend', () => {
  it('a command that was sent is asked about, not sent again, and ends where the controller says', async () => {
    const point = await serve();
    point.host.before = (call) => {
      if (call.action !== 'slot.apply') return undefined;
      // The host carries it out, but the backend is gone before the answer comes.
      point.host.results.set(call.key, point.host.carryOut(call));
      return new Promise(() => undefined);
    };
    const { body } = await point.override(22);
    await point.reaches(body.id, 'SENT');
    await running.close();
    point.host.before = () => undefined;
    await start();
    clock.advance(14_000);
    await reaches(body.id, 'UNKNOWN');
    clock.advance(2_000);
    await reaches(body.id, 'EFFECTIVE');
    expect(point.host.actions()).toEqual(['slot.apply', 'command.status', 'point.read']);
    await running.close();
    await point.stop();
  });

  it('an override ends in time although nobody was there when it fell due', async () => {
    const point = await serve();
    const { body } = await point.override(22, { durationMs: HOUR });
    await point.reaches(body.id, 'EFFECTIVE');
    await point.stop();
    await running.close();
    clock.advance(2 * HOUR);
    await start();
    await waitFor(async () => (await running.database.query('SELECT FROM intents WHERE command_id = $1', [body.id])).length === 0);
    await running.close();
  });
});
