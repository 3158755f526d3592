import type { ReplyOf, SlotSetPage } from '@cupola/contracts';
import { FakeClock } from '@cupola/testing';
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

const pull = (after: string | null = null): Promise<SlotSetPage> => backend.bus.request('slots.pull', { ...point.box.ref, payload: { after } });
/** A new session, as after a restart: HELLO's answer. */
const comeBack = async (): Promise<ReplyOf<'sessions.hello'>> => {
  await point.box.end();
  return point.box.connect('0'.repeat(64));
};
const inSet = async () => (await pull()).points.flatMap(({ slots }) => slots);

describe('the slot set of a controller', () => {
  it('is empty, with revision 0, before anything was commanded', async () => {
    expect(await pull()).toEqual({ rev: 0, points: [], next: null });
    expect((await comeBack()).desiredRev).toBe(0);
  });

  it('holds what the host confirmed, for the time that is left, and HELLO is told its revision', async () => {
    const { body } = await point.override(22, { durationMs: HOUR });
    await point.reaches(body.id, 'EFFECTIVE');
    clock.advance(60_000);
    const page = await pull();
    expect(page).toMatchObject({ points: [{ slots: [{ level: 8, value: 22, commandId: body.id, remainingMs: HOUR - 60_000 }] }], next: null });
    expect(page.rev).toBeGreaterThan(0);
    expect((await comeBack()).desiredRev).toBe(page.rev);
    expect(await pull()).toMatchObject({ rev: page.rev });
  });

  it('has a higher revision after each change, and another value', async () => {
    await point.reaches((await point.override(22)).body.id, 'EFFECTIVE');
    const before = await pull();
    const { body } = await point.override(23);
    await point.reaches(body.id, 'EFFECTIVE');
    const after = await pull();
    expect(after.rev).toBeGreaterThan(before.rev);
    expect(after.points.flatMap(({ slots }) => slots)).toMatchObject([{ value: 23, commandId: body.id }]);
  });

  it('does not hold a command that is under way, nor one whose answer was lost, until the host was asked', async () => {
    let answer: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    point.host.before = (call) => {
      if (call.action !== 'slot.apply') return undefined;
      point.host.results.set(call.key, point.host.carryOut(call));
      return held.then(() => ({ outcome: 'unknown' as const }));
    };
    const { body } = await point.override(22);
    await point.reaches(body.id, 'SENT');
    expect(await inSet()).toEqual([]);
    answer?.();
    await point.reaches(body.id, 'UNKNOWN');
    expect(await inSet()).toEqual([]);
    clock.advance(2_000);
    await point.reaches(body.id, 'EFFECTIVE');
    expect(await inSet()).toMatchObject([{ commandId: body.id }]);
  });

  it.each(['offline', 'expired'] as const)('holds the intent of before again when a command ended %s', async (outcome) => {
    const first = await point.override(20);
    await point.reaches(first.body.id, 'EFFECTIVE');
    point.host.before = (call) => (call.action === 'slot.apply' ? { outcome } : undefined);
    const { body } = await point.override(25);
    await point.reaches(body.id, outcome === 'offline' ? 'OFFLINE' : 'EXPIRED');
    expect(await inSet()).toMatchObject([{ value: 20, commandId: first.body.id }]);
  });

  it('does not hold what was released, nor what is being released', async () => {
    const { body } = await point.override(22);
    await point.reaches(body.id, 'EFFECTIVE');
    let answer: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    point.host.before = (call) => (call.action === 'slot.apply' ? held.then(() => undefined) : undefined);
    const release = await point.release();
    await point.reaches(release.body.id, 'SENT');
    expect(await inSet()).toEqual([]);
    answer?.();
    await point.reaches(release.body.id, 'EFFECTIVE');
    expect(await inSet()).toEqual([]);
  });

  it('does not hold what is over, whether or not anybody has noticed', async () => {
    const { body } = await point.override(22, { durationMs: 60_000 });
    await point.reaches(body.id, 'EFFECTIVE');
    await backend.database.query(`UPDATE intents SET until = to_timestamp($2::float8 / 1000) WHERE command_id = $1`, [body.id, clock.now()]);
    expect(await inSet()).toEqual([]);
  });

  it('is another controller\'s business when the point was bound anew', async () => {
    const { body } = await point.override(22);
    await point.reaches(body.id, 'EFFECTIVE');
    await backend.database.query('UPDATE channels SET retired_at = now() WHERE point_id = $1', [point.pointId]);
    expect(await inSet()).toEqual([]);
  });

  it('is not told to an older session, nor while two boxes seem to use the identity', async () => {
    const old = { ...point.box.ref };
    await comeBack();
    await expect(backend.bus.request('slots.pull', { ...old, payload: { after: null } })).rejects.toMatchObject({ code: 'STALE_SESSION' });
    await backend.database.query(`UPDATE controllers SET commands_held_until = now() + interval '1 hour' WHERE id = $1`, [point.box.deviceId]);
    await expect(pull()).rejects.toMatchObject({ code: 'CONTROLLER_NOT_ACTIVE' });
  });

  it('comes in pages that a message carries, each point once', async () => {
    const { body } = await point.override(22);
    await point.reaches(body.id, 'EFFECTIVE');
    const copy = (table: string, alias: string, where: string, changes: string) =>
      `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(${alias}, ${changes})).* FROM ${table} ${alias}, generate_series(1, 500) n WHERE ${where}`;
    const nth = (what: string) => `md5('${what}' || n || $1::uuid::text)::uuid`;
    const copies: [string, string][] = [
      [copy('points', 'x', 'x.id = $1::uuid', `jsonb_build_object('id', ${nth('point')}, 'key', 'copy ' || n, 'source_id', 'copy ' || n || x.id)`), point.pointId],
      [copy('channels', 'x', 'x.point_id = $1::uuid', `jsonb_build_object('id', x.id + 100000 + n, 'point_id', ${nth('point')}, 'alias', 1000 + n, 'key', 'copy ' || n)`), point.pointId],
      [copy('commands', 'x', 'x.point_id = $1::uuid', `jsonb_build_object('id', ${nth('command')}, 'point_id', ${nth('point')}, 'idempotency_key', null)`), point.pointId],
      [copy('intents', 'x', 'x.point_id = $1::uuid', `jsonb_build_object('point_id', ${nth('point')}, 'command_id', ${nth('command')})`), point.pointId],
    ];
    for (const [sql, id] of copies) await backend.database.query(sql, [id]);
    const keys: string[] = [];
    let page = await pull();
    for (let pages = 1; ; pages += 1) {
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(16 * 1024);
      keys.push(...page.points.map(({ key }) => key));
      if (page.next === null) break;
      expect(pages).toBeLessThan(30);
      page = await pull(page.next);
    }
    expect(keys).toHaveLength(501);
    expect(new Set(keys).size).toBe(501);
  });
});
