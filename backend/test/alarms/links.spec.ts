import type { PointDetail } from '@cupola/contracts';
import { FakeClock, waitFor } from '@cupola/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GATEWAY_GRACE_MS } from '../../src/modules/alarms/link-watch.js';
import { ADMIN_PASSWORD, startBackend, type TestBackend } from '../harness.js';
import { AlarmPlace } from './alarm-place.js';

const clock = new FakeClock(Date.now());
let backend: TestBackend;
let vav: AlarmPlace;

beforeAll(async () => {
  backend = await startBackend({ clock });
});
beforeEach(async () => {
  // The clock moves on by more than a token lives.
  await backend.admin.login('admin', ADMIN_PASSWORD);
  vav = await AlarmPlace.make(backend, clock);
});
afterAll(() => backend.close());

/** The COMM_LOSS definition that every site is made with. */
const siteDefinition = () => vav.ofControllers('COMM_LOSS');

const gatewayAlarms = () =>
  backend.database.query<{ id: string; gateway_id: string; state: string }>('SELECT id, gateway_id, state FROM alarms WHERE gateway_id IS NOT NULL');
const gatewayState = async (gatewayId: string) => (await gatewayAlarms()).find((each) => each.gateway_id === gatewayId)?.state;

describe('a controller that is lost', () => {
  it('is one alarm that says why, and clears when it is back', async () => {
    const definition = await siteDefinition();
    expect(definition).toMatchObject({ condition: 'COMM_LOSS', name: 'Controller offline', onDelayMs: 10_000, enabled: true });
    const hot = await vav.define();
    await vav.report({ temperature: 26 });
    await vav.box.end('connection_lost');
    await waitFor(async () => (await backend.database.query(`SELECT FROM alarms WHERE definition_id = $1 AND instance->>'condition' = 'TRUE'`, [definition.id])).length === 1);
    expect(await vav.state(definition)).toBe('NORM');
    clock.advance(10_000);
    const alarm = await vav.reaches(definition, 'UNACK');
    expect(alarm).toMatchObject({ controller: { id: vav.box.deviceId }, point: null, site: { id: vav.place.siteId } });
    expect(alarm.journal.at(-1)?.text).toMatch(/connection/i);
    expect(await vav.state(hot), 'what was active stays active: nobody knows better').toBe('UNACK');
    expect((await gatewayAlarms()).filter(({ gateway_id }) => gateway_id === vav.box.gatewayId)).toEqual([]);
    await vav.box.connect('no-list');
    await vav.reaches(definition, 'RTNUN');
  });

  it('takes its points out of judgement: a delay that ran does not end in an alarm', async () => {
    const definition = await vav.define({ onDelayMs: 20_000 });
    await vav.report({ temperature: 26 });
    await vav.box.end('connection_lost');
    await waitFor(async () => (await backend.database.query(`SELECT FROM alarms WHERE definition_id = $1 AND instance->>'condition' = 'UNKNOWN'`, [definition.id])).length === 1);
    clock.advance(25_000);
    await vav.reaches(await siteDefinition(), 'UNACK');
    expect(await vav.state(definition)).toBe('NORM');
  });

  it('is no alarm before it was confirmed, nor after it was revoked', async () => {
    const definition = await siteDefinition();
    await vav.box.end('connection_lost');
    await waitFor(async () => (await backend.database.query(`SELECT FROM alarms WHERE definition_id = $1 AND instance->>'condition' = 'TRUE'`, [definition.id])).length === 1);
    clock.advance(10_000);
    const { id } = await vav.reaches(definition, 'UNACK');
    await backend.admin.post(`/api/v1/controllers/${vav.box.deviceId}/revoke`, { reason: 'replaced' });
    await waitFor(async () => (await vav.alarmOf(definition)) === undefined);
    expect(await vav.facts(id)).toEqual(['ACTIVATED', 'CLEARED', 'DISABLED']);
  });
});

describe('a gateway that is lost', () => {
  it('is one alarm, not one for each of its controllers', async () => {
    const second = await AlarmPlace.make(backend, clock, vav.box.gatewayId);
    // No route moves a controller to another site, so the roster does not look for it: a change of its channels makes it look.
    const move = 'UPDATE controllers SET site_id = $1, building_id = NULL, floor_id = NULL, equipment_id = NULL, channels_rev = channels_rev + 1 WHERE id = $2';
    await backend.database.query(move, [vav.place.siteId, second.box.deviceId]);
    const definition = await siteDefinition();
    await waitFor(async () => (await siteDefinition()).alarms === 2);
    await second.lease('-1 second');
    await vav.lease('-1 second');
    await waitFor(async () => (await gatewayState(vav.box.gatewayId)) === 'UNACK');
    clock.advance(GATEWAY_GRACE_MS + 20_000);
    expect(await backend.database.query(`SELECT FROM alarms WHERE definition_id = $1 AND state <> 'NORM'`, [definition.id])).toEqual([]);
    expect((await gatewayAlarms()).filter(({ gateway_id }) => gateway_id === vav.box.gatewayId)).toHaveLength(1);

    // It restarts: one controller comes back, the other does not.
    await vav.box.connect('no-list');
    await vav.lease('1 hour');
    const stored = async () => (await backend.database.query<{ state: string; controller_id: string }>('SELECT state, controller_id FROM alarms WHERE definition_id = $1', [definition.id]));
    await waitFor(async () => (await backend.database.query(`SELECT FROM alarms WHERE definition_id = $1 AND instance->>'condition' = 'FALSE'`, [definition.id])).length === 1);
    expect((await stored()).map(({ state }) => state)).toEqual(['NORM', 'NORM']);
    clock.advance(GATEWAY_GRACE_MS);
    await waitFor(async () => (await gatewayState(vav.box.gatewayId)) === 'RTNUN');
    // The delay counts from the look that finds the other one missing.
    await waitFor(async () => (await backend.database.query(`SELECT FROM alarms WHERE definition_id = $1 AND instance->>'condition' = 'TRUE'`, [definition.id])).length === 1);
    clock.advance(10_000);
    await waitFor(async () => (await stored()).some(({ state, controller_id }) => state === 'UNACK' && controller_id === second.box.deviceId));
  });
});

describe('the gateway that a controller comes back by', () => {
  it('is not lost while the controller has not said HELLO: the alarm is that of the gateway which is gone', async () => {
    const other = await AlarmPlace.make(backend, clock);
    await vav.box.end('gateway_stopped');
    await waitFor(async () => (await gatewayState(vav.box.gatewayId)) === 'UNACK');
    const next = `${vav.box.gatewayId}-next`;
    await backend.database.query(`INSERT INTO gateways (id, lease_until) VALUES ($1, now() + interval '1 hour')`, [next]);
    vav.box.session = await vav.box.consume((await vav.box.ticket()).ticket, { gatewayId: next });
    // Whoever sees this has looked at the others too.
    await other.lease('-1 second');
    await waitFor(async () => (await gatewayState(other.box.gatewayId)) === 'UNACK');
    expect((await gatewayAlarms()).filter(({ gateway_id }) => [vav.box.gatewayId, next].includes(gateway_id)).map(({ state }) => state)).toEqual(['UNACK']);
    await vav.box.hello('no-list');
    await waitFor(async () => (await gatewayState(vav.box.gatewayId)) === 'RTNUN');
    expect(await gatewayState(next)).toBeUndefined();
  });
});

describe('a value that grows old', () => {
  beforeEach(() => backend.database.query(`UPDATE points SET stale_after_ms = 60000 WHERE id = $1`, [vav.point('temperature')]));

  it('raises STALE at its time, is cleared by a fresh sample, and costs no row while samples come', async () => {
    await vav.report({ temperature: 21 });
    const definition = await vav.define({ condition: 'STALE', limit: null, name: 'Silent' });
    const version = async () => (await backend.database.query<{ version: number }>('SELECT version FROM alarms WHERE definition_id = $1', [definition.id]))[0]?.version;
    // The look that finds its controller connected may come after the definition.
    await waitFor(async () => (await backend.database.query(`SELECT FROM alarms WHERE definition_id = $1 AND instance->>'condition' = 'FALSE'`, [definition.id])).length === 1);
    const before = await version();
    for (let minute = 0; minute < 3; minute += 1) {
      clock.advance(59_000);
      await vav.report({ temperature: 21 });
    }
    expect(await version()).toBe(before);
    clock.advance(60_000);
    expect(await vav.state(definition)).toBe('NORM');
    clock.advance(1);
    await vav.reaches(definition, 'UNACK');
    await vav.report({ temperature: 22 });
    expect(await vav.state(definition)).toBe('RTNUN');
    clock.advance(60_001);
    expect((await vav.reaches(definition, 'UNACK')).occurrence).toBe(2);
  });

  it('is not STALE while its controller is lost: that names the cause', async () => {
    await vav.report({ temperature: 21 });
    const definition = await vav.define({ condition: 'STALE', limit: null, name: 'Silent' });
    await vav.box.end('connection_lost');
    const comm = await siteDefinition();
    await waitFor(async () => (await backend.database.query(`SELECT FROM alarms WHERE definition_id = $1 AND instance->>'condition' = 'TRUE'`, [comm.id])).length === 1);
    clock.advance(120_000);
    await vav.reaches(comm, 'UNACK');
    expect(await vav.state(definition)).toBe('NORM');
  });
});

describe('late samples', () => {
  const MINUTE = 60_000;

  it('raise nothing, and stand in the journal with their own times, once for each excursion', async () => {
    const definition = await vav.define({ deadband: 1, onDelayMs: 2 * MINUTE });
    await vav.report({ temperature: 21 });
    const start = clock.now() - 60 * MINUTE;
    const values = [21, 25, 21, 25, 26, 27, 26, 21, 21, 25, 25, 25];
    await vav.backfill(values.slice(0, 6).map((value, minute) => [start + minute * MINUTE, value]));
    await vav.backfill(values.slice(6).map((value, minute) => [start + (6 + minute) * MINUTE, value]));
    const alarm = await vav.alarmOf(definition);
    expect(alarm).toMatchObject({ state: 'NORM', occurrence: 0 });
    clock.advance(1000);
    await vav.report({ temperature: 21 });
    const journal = await vav.journal(alarm?.id ?? '');
    const time = (minute: number) => new Date(start + minute * MINUTE).toISOString();
    expect(journal.map(({ fact, at, value }) => [fact, at, value])).toEqual([
      ['LATE', time(5), 25],
      ['LATE', time(11), 25],
    ]);
    expect(journal[0]?.text).toBe(`from ${time(5)} to ${time(9)}`);
    expect(await vav.state(definition)).toBe('NORM');
  });

  it('are also those that come out of order', async () => {
    const definition = await vav.define();
    await vav.report({ temperature: 21 });
    await vav.report({ temperature: 30 }, { at: clock.now() - 10 * MINUTE });
    expect(await vav.state(definition)).toBe('NORM');
    await vav.report({ temperature: 20 }, { at: clock.now() - 9 * MINUTE });
    const { id } = (await vav.alarmOf(definition)) ?? { id: '' };
    expect(await vav.facts(id)).toEqual(['LATE']);
  });
});

describe('a point in alarm', () => {
  it('says so in its reading', async () => {
    await vav.define();
    await vav.report({ temperature: 26 });
    const read = async () => (await backend.admin.get<PointDetail>(`/api/v1/points/${vav.point('temperature')}`)).body.flags;
    expect(await read()).toEqual(['inAlarm']);
    clock.advance(1000);
    await vav.report({ temperature: 20 });
    expect(await read()).toEqual([]);
  });
});
