import { type DocumentNotice, type ReplyOf, type RequestOf, slotSet, type SlotSet } from '@cupola/contracts';
import { FakeClock } from '@cupola/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { sha256 } from '../devices/box.js';
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

const pull = (): Promise<ReplyOf<'slots.pull'>> => backend.bus.request('slots.pull', { ...point.box.ref, payload: {} });
const inMessage = async (): Promise<SlotSet> => {
  const reply = await pull();
  if ('notice' in reply) throw new Error('the set came as a document');
  return reply;
};
/** A new session, as after a restart: HELLO's answer. */
const comeBack = async (): Promise<ReplyOf<'sessions.hello'>> => {
  await point.box.end();
  return point.box.connect('0'.repeat(64));
};
const inSet = async () => (await inMessage()).points.flatMap(({ slots }) => slots);

describe('the slot set of a controller', () => {
  it('is empty, with revision 0, before anything was commanded', async () => {
    expect(await pull()).toEqual({ rev: 0, points: [] });
    expect((await comeBack()).desiredRev).toBe(0);
  });

  it('holds what the host confirmed, for the time that is left, and HELLO is told its revision', async () => {
    const { body } = await point.override(22, { durationMs: HOUR });
    await point.reaches(body.id, 'EFFECTIVE');
    clock.advance(60_000);
    const set = await inMessage();
    expect(set).toMatchObject({ points: [{ slots: [{ level: 8, value: 22, commandId: body.id, remainingMs: HOUR - 60_000 }] }] });
    expect(set.rev).toBeGreaterThan(0);
    expect((await comeBack()).desiredRev).toBe(set.rev);
    expect(await inMessage()).toMatchObject({ rev: set.rev });
  });

  it('has a higher revision after each change, and another value', async () => {
    await point.reaches((await point.override(22)).body.id, 'EFFECTIVE');
    const before = await inMessage();
    const { body } = await point.override(23);
    await point.reaches(body.id, 'EFFECTIVE');
    const after = await inMessage();
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
    await expect(backend.bus.request('slots.pull', { ...old, payload: {} })).rejects.toMatchObject({ code: 'STALE_SESSION' });
    await backend.database.query(`UPDATE controllers SET commands_held_until = now() + interval '1 hour' WHERE id = $1`, [point.box.deviceId]);
    await expect(pull()).rejects.toMatchObject({ code: 'CONTROLLER_NOT_ACTIVE' });
  });

  it('comes whole, in one message', async () => {
    await point.reaches((await point.override(22)).body.id, 'EFFECTIVE');
    await copyPoint(90);
    const set = await inMessage();
    expect(set.points).toHaveLength(91);
    const frame = JSON.stringify([4, 'x'.repeat(64), set]);
    expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(16 * 1024);
  });
});

/** The point with its intent so many times more, under other keys. */
async function copyPoint(times: number): Promise<void> {
  const copy = (table: string, alias: string, where: string, changes: string) =>
    `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(${alias}, ${changes})).* FROM ${table} ${alias}, generate_series(1, ${times}) n WHERE ${where}`;
  const nth = (what: string) => `overlay(overlay(md5('${what}' || n || $1::uuid::text) placing '4' from 13) placing '8' from 17)::uuid`;
  const copies: [string, string][] = [
    [copy('points', 'x', 'x.id = $1::uuid', `jsonb_build_object('id', ${nth('point')}, 'key', 'copy ' || n, 'source_id', 'copy ' || n || x.id)`), point.pointId],
    [copy('channels', 'x', 'x.point_id = $1::uuid', `jsonb_build_object('id', x.id * 1000 + 100000 + n, 'point_id', ${nth('point')}, 'alias', 1000 + n, 'key', 'copy ' || n)`), point.pointId],
    [copy('commands', 'x', 'x.point_id = $1::uuid', `jsonb_build_object('id', ${nth('command')}, 'point_id', ${nth('point')}, 'idempotency_key', null)`), point.pointId],
    [copy('intents', 'x', 'x.point_id = $1::uuid', `jsonb_build_object('point_id', ${nth('point')}, 'command_id', ${nth('command')})`), point.pointId],
  ];
  for (const [sql, id] of copies) await backend.database.query(sql, [id]);
}

describe('A21 a slot set that no message carries', () => {
  const ask = async (): Promise<DocumentNotice> => {
    const reply = await pull();
    if (!('notice' in reply)) throw new Error('the set came as a message');
    return reply.notice;
  };
  const ticketFor = async ({ ref }: DocumentNotice) => (await point.box.ticket({ audience: 'document', ref })).ticket;
  const take = (notice: DocumentNotice, ticket: string, over: Partial<RequestOf<'documents.take'>> = {}) =>
    backend.bus.request('documents.take', { ticket, ref: notice.ref, remoteAddress: '10.0.0.7', ...over });
  const refused = { code: 'TICKET_REFUSED' };
  let notice: DocumentNotice;
  beforeEach(async () => {
    await point.reaches((await point.override(22)).body.id, 'EFFECTIVE');
    await copyPoint(500);
    notice = await ask();
  });

  it('is announced with its revision, size and digest, and is exactly that when it is fetched', async () => {
    const { text } = await take(notice, await ticketFor(notice));
    expect(notice).toMatchObject({ topic: 'slots', size: Buffer.byteLength(text), sha256: sha256(text).toString('hex') });
    const set = slotSet.parse(JSON.parse(text));
    expect(set.rev).toBe(notice.rev);
    expect(new Set(set.points.map(({ key }) => key)).size).toBe(501);
  });

  it('H15 is given once, with whichever ticket, and a ticket that comes again is noted', async () => {
    const [ticket, other] = [await ticketFor(notice), await ticketFor(notice)];
    const taken = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => take(notice, index % 2 === 0 ? ticket : other)));
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(take(notice, ticket)).rejects.toMatchObject(refused);
    await expect(ticketFor(notice)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const replays = await backend.database.query(`SELECT FROM audit_records WHERE target_id = $1 AND operation = 'ticket.replay'`, [point.box.deviceId]);
    expect(replays).not.toEqual([]);
  });

  it('H14 is not given with a ticket for a session, for points, or for another document', async () => {
    const ticket = await ticketFor(notice);
    const next = await ask();
    await expect(take(notice, ticket)).rejects.toMatchObject(refused);
    await expect(take(next, ticket)).rejects.toMatchObject(refused);
    await expect(take(next, (await point.box.ticket({ audience: 'points' })).ticket)).rejects.toMatchObject(refused);
    await expect(take(next, (await point.box.ticket()).ticket)).rejects.toMatchObject(refused);
    await expect(point.box.consume(await ticketFor(next))).rejects.toMatchObject(refused);
    await expect(take(next, await ticketFor(next))).resolves.toBeDefined();
  });

  it('is nobody else\'s: another controller gets no ticket for it, as for one that does not exist', async () => {
    const other = await servePoint(backend, clock);
    await expect(other.box.ticket({ audience: 'document', ref: notice.ref })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(other.box.ticket({ audience: 'document', ref: randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await other.stop();
  });

  it('needs the key that the ticket is bound to', async () => {
    const [key, stranger] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    await backend.database.query('UPDATE controllers SET key_pin = $2 WHERE id = $1', [point.box.deviceId, key]);
    const keyPin = key.toString('base64url');
    const { ticket } = await point.box.ticket({ audience: 'document', ref: notice.ref, keyPin });
    await expect(take(notice, ticket)).rejects.toMatchObject(refused);
    await expect(take(notice, ticket, { keyPin: stranger.toString('base64url') })).rejects.toMatchObject(refused);
    await expect(take(notice, ticket, { keyPin })).resolves.toBeDefined();
  });

  it.each([
    ['a newer session stands', () => comeBack()],
    ['it is over', () => backend.database.query(`UPDATE documents SET expires_at = now() WHERE controller_id = $1`, [point.box.deviceId])],
    ['two boxes seem to use the identity', () => backend.database.query(`UPDATE controllers SET commands_held_until = now() + interval '1 hour' WHERE id = $1`, [point.box.deviceId])],
    ['its controller was revoked', () => backend.admin.post(`/api/v1/controllers/${point.box.deviceId}/revoke`, { reason: 'stolen' })],
  ])('is not given when %s', async (_, happen) => {
    const ticket = await ticketFor(notice);
    await happen();
    await expect(take(notice, ticket)).rejects.toMatchObject(refused);
  });
});
