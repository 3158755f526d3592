import type { Command } from '@cupola/contracts';
import { BusTimeout } from '@cupola/messaging';
import { FakeClock, waitFor } from '@cupola/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { HOUR, type ServedPoint, servePoint } from './served-point.js';

let backend: TestBackend;
let clock: FakeClock;
let point: ServedPoint;

beforeAll(async () => {
  clock = new FakeClock();
  backend = await startBackend({ clock });
});
afterAll(() => backend.close());
beforeEach(async () => {
  point = await servePoint(backend, clock);
});
afterEach(() => point.stop());

const commandOf = async (id: string): Promise<Command> => (await backend.admin.get<Command>(`/api/v1/commands/${id}`)).body;

describe('a command whose link is lost after it was sent', () => {
  it('F11 is unknown, then what the controller says it did', async () => {
    point.host.before = (call) => {
      if (call.action !== 'slot.apply') return undefined;
      // The host carries it out; only its answer is lost.
      point.host.results.set(call.key, point.host.carryOut(call));
      return { outcome: 'unknown' };
    };
    const { body } = await point.override(22);
    await point.reaches(body.id, 'UNKNOWN');
    expect(await point.intent()).toMatchObject({ command_id: body.id });
    expect(await point.override(23)).toMatchObject({ status: 409, body: { code: 'DELIVERY_UNKNOWN' } });
    clock.advance(2_000);
    await point.reaches(body.id, 'EFFECTIVE');
    expect(point.host.actions()).toEqual(['slot.apply', 'command.status', 'point.read']);
  });

  it('is asked about as soon as the controller is back, before anything else', async () => {
    point.host.before = (call) => (call.action === 'slot.apply' ? { outcome: 'unknown' } : undefined);
    const { body } = await point.override(22);
    await point.reaches(body.id, 'UNKNOWN');
    await point.box.end();
    await point.box.connect('0'.repeat(64));
    const expired = await point.reaches(body.id, 'EXPIRED');
    expect(expired.detail).toMatch(/never received/);
    expect(point.host.actions()).toEqual(['slot.apply', 'command.status']);
    expect(await point.intent()).toBeUndefined();
  });

  it('is unresolved when nobody could say for a day', async () => {
    point.host.before = () => ({ outcome: 'unknown' });
    const { body } = await point.override(22);
    await point.reaches(body.id, 'UNKNOWN');
    await backend.database.query(`UPDATE commands SET requested_at = requested_at - interval '25 hours' WHERE id = $1`, [body.id]);
    clock.advance(2_000);
    await point.reaches(body.id, 'UNRESOLVED');
    expect((await point.override(23)).status).toBe(202);
  });

  it('is unknown too when the gateway itself falls silent', async () => {
    point.host.before = () => Promise.reject(new BusTimeout('no answer'));
    const { body } = await point.override(22);
    await point.reaches(body.id, 'UNKNOWN');
  });
});

describe('a command that certainly was not delivered', () => {
  it.each([
    ['offline', 'OFFLINE'],
    ['expired', 'EXPIRED'],
  ] as const)('(%s) ends %s and restores what was intended before', async (outcome, state) => {
    const first = await point.override(20);
    await point.reaches(first.body.id, 'EFFECTIVE');
    point.host.before = (call) => (call.action === 'slot.apply' ? { outcome } : undefined);
    const { body } = await point.override(25);
    await point.reaches(body.id, state);
    expect(await point.intent()).toEqual({ value: 20, command_id: first.body.id });
  });

  it('F11 ends OFFLINE when its gateway is gone', async () => {
    await point.host.stop();
    const { body } = await point.override(25);
    await point.reaches(body.id, 'OFFLINE');
    expect(await point.intent()).toBeUndefined();
  });

  it('does not bring back an override whose time ran out meanwhile', async () => {
    const first = await point.override(20, { durationMs: 5_000 });
    await point.reaches(first.body.id, 'EFFECTIVE');
    let answer: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    point.host.before = (call) => (call.action === 'slot.apply' ? held.then(() => ({ outcome: 'offline' as const })) : undefined);
    const { body } = await point.override(25);
    await point.reaches(body.id, 'SENT');
    clock.advance(6_000);
    answer?.();
    await point.reaches(body.id, 'OFFLINE');
    expect(await point.intent()).toBeUndefined();
  });

  it('gives the slot back although its own time ran out while nobody knew what became of it', async () => {
    const first = await point.override(20);
    await point.reaches(first.body.id, 'EFFECTIVE');
    point.host.before = () => ({ outcome: 'unknown' });
    const { body } = await point.override(25, { durationMs: 5_000 });
    await point.reaches(body.id, 'UNKNOWN');
    clock.advance(6_000);
    await waitFor(async () => (await point.intent()) === undefined);
    point.host.before = () => undefined;
    clock.advance(30_000);
    await point.reaches(body.id, 'EXPIRED');
    expect(await point.intent()).toEqual({ value: 20, command_id: first.body.id });
  });

  it('is not sent after its deadline, however late its turn comes', async () => {
    const [row] = await backend.database.query<{ controller_id: string }>('SELECT controller_id FROM channels WHERE point_id = $1', [point.pointId]);
    const [command] = await backend.database.query<{ id: string }>(
      `INSERT INTO commands (point_id, controller_id, level, operation, value, state, requested_by_name, reason, previous_intent, deliver_by, until)
       VALUES ($1, $2, 8, 'write', 22, 'ACCEPTED', 'somebody', 'left by a backend that died', '{"released":null,"intent":null}',
         to_timestamp($3::float8 / 1000), to_timestamp($4::float8 / 1000)) RETURNING id`,
      [point.pointId, row?.controller_id, clock.now() - 1, clock.now() + HOUR],
    );
    const id = command?.id ?? '';
    await backend.database.query(`INSERT INTO timers (kind, subject, due_at) VALUES ('command', $1, to_timestamp($2::float8 / 1000))`, [id, clock.now()]);
    await point.reaches(id, 'EXPIRED');
    expect(point.host.calls).toEqual([]);
  });
});

describe('the end of an override', () => {
  it('comes from the host, and is on record', async () => {
    const { body } = await point.override(22, { durationMs: 60_000 });
    await point.reaches(body.id, 'EFFECTIVE');
    point.host.array = {};
    await backend.bus.request('slots.changed', { ...point.box.ref, payload: { points: [point.host.report()], ended: [body.id] } });
    expect(await commandOf(body.id)).toMatchObject({ state: 'EFFECTIVE', fact: 'ENDED' });
    expect(await point.intent()).toBeUndefined();
    expect((await point.slots()).slots[7]).toMatchObject({ intent: null, reported: null });
    const records = await backend.database.query('SELECT actor FROM audit_records WHERE target_id = $1 AND operation = $2', [point.pointId, 'override.ended']);
    expect(records).toEqual([{ actor: 'array host' }]);
  });

  it('comes from the server when the host is silent; the screen then says that it was not confirmed', async () => {
    const { body } = await point.override(22, { durationMs: 60_000 });
    await point.reaches(body.id, 'EFFECTIVE');
    await point.box.end();
    clock.advance(60_001);
    await waitFor(async () => (await point.intent()) === undefined);
    expect(await commandOf(body.id)).toMatchObject({ state: 'EFFECTIVE', fact: null, detail: expect.stringMatching(/not confirmed/) as string });
    const { items } = (await backend.admin.get<{ items: { commandId: string; isOverdue: boolean }[] }>('/api/v1/overrides')).body;
    expect(items.find(({ commandId }) => commandId === body.id)).toMatchObject({ isOverdue: true, isReported: true });
  });

  it('is found by an explicit read when the host let go without a word', async () => {
    const { body } = await point.override(22, { durationMs: 60_000 });
    await point.reaches(body.id, 'EFFECTIVE');
    point.host.array = {};
    clock.advance(60_001);
    await waitFor(async () => (await commandOf(body.id)).fact === 'ENDED');
    expect(await point.intent()).toBeUndefined();
  });

  it('counts although its point comes with another report, and while the outcome was still unknown', async () => {
    point.host.before = (call) => {
      if (call.action === 'slot.apply') point.host.results.set(call.key, point.host.carryOut(call));
      return { outcome: 'unknown' };
    };
    const { body } = await point.override(22, { durationMs: 60_000 });
    await point.reaches(body.id, 'UNKNOWN');
    point.host.array = {};
    await backend.bus.request('slots.changed', { ...point.box.ref, payload: { points: [], ended: [body.id] } });
    expect(await commandOf(body.id)).toMatchObject({ state: 'UNKNOWN', fact: 'ENDED' });
    expect(await point.intent()).toBeUndefined();
    point.host.before = () => undefined;
    clock.advance(3_000);
    expect(await point.reaches(body.id, 'FAILED')).toMatchObject({ code: 'SLOT_EMPTY', fact: 'ENDED', storedValue: 22 });
    expect(await backend.database.query('SELECT kind FROM timers WHERE subject = $1', [body.id])).toEqual([]);
  });

  it('before anybody saw it in force fails the command: no outcome is ever left open', async () => {
    point.host.before = (call) => (call.action === 'point.read' ? { outcome: 'offline' as const } : undefined);
    const { body } = await point.override(22, { durationMs: 60_000 });
    await point.reaches(body.id, 'STORED');
    point.host.array = {};
    await backend.bus.request('slots.changed', { ...point.box.ref, payload: { points: [point.host.report()], ended: [body.id] } });
    expect(await commandOf(body.id)).toMatchObject({ state: 'FAILED', code: 'SLOT_EMPTY', fact: 'ENDED', storedValue: 22 });
    expect(await backend.database.query('SELECT kind FROM timers WHERE subject = $1', [body.id])).toEqual([]);
  });

  it('by a controller that has nothing to do with the command is ignored', async () => {
    const { body } = await point.override(22);
    await point.reaches(body.id, 'EFFECTIVE');
    const other = await servePoint(backend, clock);
    await backend.bus.request('slots.changed', { ...other.box.ref, payload: { points: [], ended: [body.id] } });
    expect(await commandOf(body.id)).toMatchObject({ fact: null });
    await other.stop();
  });

  it('by a session that is not the current one is refused', async () => {
    const { body } = await point.override(22);
    await point.reaches(body.id, 'EFFECTIVE');
    const stale = { ...point.box.ref };
    await point.box.open();
    const report = { ...stale, payload: { points: [point.host.report()], ended: [body.id] } };
    await expect(backend.bus.request('slots.changed', report)).rejects.toMatchObject({ code: 'STALE_SESSION' });
    expect((await commandOf(body.id)).fact).toBeNull();
  });
});

describe('a release', () => {
  it('empties the slot and names the command that it released', async () => {
    const { body } = await point.override(22);
    await point.reaches(body.id, 'EFFECTIVE');
    const release = await point.release();
    await point.reaches(release.body.id, 'EFFECTIVE');
    expect(point.host.array).toEqual({});
    expect(await commandOf(body.id)).toMatchObject({ fact: 'RELEASED' });
    expect(await point.intent()).toBeUndefined();
  });

  it('leaves alone what somebody else put there meanwhile', async () => {
    const { body } = await point.override(22);
    await point.reaches(body.id, 'EFFECTIVE');
    point.host.array = { 8: { value: 18, commandId: null, since: clock.now(), until: null } };
    const release = await point.release();
    await point.reaches(release.body.id, 'SUPERSEDED');
    expect(point.host.array[8]?.value).toBe(18);
    expect(await commandOf(body.id)).toMatchObject({ fact: 'OVERTAKEN' });
    expect(await point.intent()).toBeUndefined();
  });

  it('has nothing to do where nobody has overridden', async () => {
    expect(await point.release()).toMatchObject({ status: 409, body: { code: 'NOTHING_TO_RELEASE' } });
  });

  it('that could not be delivered leaves the override as it was', async () => {
    const { body } = await point.override(22);
    await point.reaches(body.id, 'EFFECTIVE');
    point.host.before = (call) => (call.action === 'slot.apply' ? { outcome: 'offline' } : undefined);
    const release = await point.release();
    await point.reaches(release.body.id, 'OFFLINE');
    expect(await point.intent()).toEqual({ value: 22, command_id: body.id });
  });
});

describe('the register of overrides', () => {
  it('shows what others forced beside what we did', async () => {
    const { body } = await point.override(22);
    await point.reaches(body.id, 'EFFECTIVE');
    point.host.array = { ...point.host.array, 3: { value: 15, commandId: null, since: clock.now(), until: null } };
    await backend.bus.request('slots.changed', { ...point.box.ref, payload: { points: [point.host.report()], ended: [] } });
    const answer = await backend.admin.get<{ items: { point: { id: string }; level: number; by: string | null; value: number }[] }>('/api/v1/overrides');
    const here = answer.body.items.filter((item) => item.point.id === point.pointId);
    expect(here).toMatchObject([
      { level: 3, by: null, value: 15, commandId: null, isReported: true, isOverdue: false },
      { level: 8, by: 'admin', value: 22, commandId: body.id, isReported: true, isOverdue: false },
    ]);
  });
});
