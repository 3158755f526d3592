import type { Command } from '@cupola/contracts';
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

const audited = (operation: string) =>
  backend.database.query('SELECT result, code, actor, reason FROM audit_records WHERE target_id = $1 AND operation = $2 ORDER BY number', [
    point.pointId,
    operation,
  ]);

describe('an override', () => {
  it('is stored by the host, read back and effective', async () => {
    const published: unknown[] = [];
    const stop = await backend.bus.subscribe('live.commands', (event) => void published.push(event));
    const { status, body } = await point.override(22.5);
    expect(status).toBe(202);
    expect(body).toMatchObject({ value: 22.5, level: 8, operation: 'write', by: 'admin', reason: 'too cold' });
    const done = await point.reaches(body.id, 'EFFECTIVE');
    expect(done).toMatchObject({ storedValue: 22.5, readbackValue: 22.5, fact: null, until: new Date(clock.now() + HOUR).toISOString() });
    expect(point.host.actions()).toEqual(['slot.apply', 'point.read']);
    expect(point.host.calls[0]?.payload).toMatchObject({ operations: [{ operation: 'write', level: 8, value: 22.5, commandId: body.id, remainingMs: HOUR }] });
    expect(await point.intent()).toEqual({ value: 22.5, command_id: body.id });
    const states = published.map((event) => (event as { state: string }).state);
    expect(states).toEqual(['ACCEPTED', 'SENT', 'STORED', 'EFFECTIVE']);
    expect(await audited('point.override')).toMatchObject([{ result: 'done', actor: 'admin', reason: 'too cold' }]);
    const slots = await point.slots();
    expect(slots).toMatchObject({ winner: 8, relinquishDefault: 21 });
    expect(slots.slots[7]).toMatchObject({ level: 8, intent: { value: 22.5, by: 'admin' }, reported: { value: 22.5, commandId: body.id } });
    await stop();
  });

  it('is snapped to the step that the controller can hold', async () => {
    const { body } = await point.override(22.3);
    expect(body.value).toBe(22.5);
    await point.reaches(body.id, 'EFFECTIVE');
  });

  it('says so when the host changed the value', async () => {
    point.host.limit = (value) => Math.min(value, 25);
    const { body } = await point.override(27);
    const done = await point.reaches(body.id, 'CLAMPED');
    expect(done).toMatchObject({ storedValue: 25, detail: 'The controller changed it to 25.' });
    await expect.poll(async () => (await point.reaches(body.id, 'CLAMPED')).readbackValue).toBe(25);
  });

  it('is masked while a higher level is in force, and effective once that is released', async () => {
    point.host.array = { 5: { value: 18, commandId: null, since: clock.now(), until: null } };
    const { body } = await point.override(22);
    const masked = await point.reaches(body.id, 'MASKED');
    expect(masked.detail).toMatch(/Level 5 is in force/);
    point.host.array = Object.fromEntries(Object.entries(point.host.array).filter(([level]) => level !== '5'));
    await backend.bus.request('slots.changed', { ...point.box.ref, payload: { points: [point.host.report()], ended: [] } });
    await point.reaches(body.id, 'EFFECTIVE');
  });

  it('A19 fails when the output does not follow, and takes its intent back', async () => {
    point.host.stuckAt = 17;
    const { body } = await point.override(22);
    const failed = await point.reaches(body.id, 'FAILED');
    expect(failed).toMatchObject({ code: 'READBACK_DIFFERS', readbackValue: 17, detail: expect.stringContaining('reads 17') as string });
    expect(await point.intent()).toBeUndefined();
  });

  it('fails with the reason of a host that refuses, and restores what was intended before', async () => {
    const first = await point.override(20);
    await point.reaches(first.body.id, 'EFFECTIVE');
    point.host.before = (call) => (call.action === 'slot.apply' ? { outcome: 'refused', code: 'FROST_GUARD', text: 'frost protection is active' } : undefined);
    const second = await point.override(16);
    const failed = await point.reaches(second.body.id, 'FAILED');
    expect(failed).toMatchObject({ code: 'FROST_GUARD', detail: 'The controller refused it: frost protection is active' });
    expect(await point.intent()).toEqual({ value: 20, command_id: first.body.id });
    expect(await audited('point.override')).toMatchObject([{ result: 'done' }, { result: 'done' }, { result: 'refused', code: 'CONTROLLER_REFUSED' }]);
  });

  it('takes the slot of the one before', async () => {
    const first = await point.override(20);
    await point.reaches(first.body.id, 'EFFECTIVE');
    const second = await point.override(23);
    await point.reaches(second.body.id, 'EFFECTIVE');
    expect(await point.reaches(first.body.id, 'EFFECTIVE')).toMatchObject({ fact: 'OVERTAKEN' });
  });
});

describe('a refused override', () => {
  it.each([
    ['without an end', { durationMs: undefined }, 422, 'END_REQUIRED'],
    ['with two ends', { until: '2026-01-05T09:00:00Z' }, 422, 'END_REQUIRED'],
    ['that ended already', { durationMs: undefined, until: '2026-01-05T07:00:00Z' }, 422, 'END_IN_PAST'],
    ['that lasts too long', { durationMs: 9 * HOUR }, 422, 'END_TOO_FAR'],
    ['below the model', { value: 14 }, 422, 'OUT_OF_RANGE'],
    ['above what the controller takes', { value: 29 }, 422, 'OUT_OF_RANGE'],
    ['without a reason', { reason: ' ' }, 422, 'VALIDATION_FAILED'],
    ['of no number', { value: null }, 422, 'VALIDATION_FAILED'],
  ])('%s says why and sends nothing', async (_what, more, status, code) => {
    const answer = await point.override(22, more);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(point.host.calls).toEqual([]);
    expect(await point.intent()).toBeUndefined();
  });

  it('is on record with its code and reason', async () => {
    await point.override(99);
    expect(await audited('point.override')).toMatchObject([{ result: 'refused', code: 'OUT_OF_RANGE', actor: 'admin', reason: expect.stringMatching(/15 to 28 degC/) as string }]);
  });

  it('of a point that is only read', async () => {
    const other = await servePoint(backend, clock, { writable: false });
    expect(await other.override(22)).toMatchObject({ status: 422, body: { code: 'NOT_WRITABLE' } });
    await other.stop();
  });

  it('of a state that a binary point does not have', async () => {
    const other = await servePoint(backend, clock, { kind: 'binary' });
    const answer = await other.override(2);
    expect(answer).toMatchObject({ status: 422, body: { code: 'WRONG_KIND', detail: expect.stringMatching(/takes 0 or 1, not 2/) as string } });
    expect(await other.override(1)).toMatchObject({ status: 202 });
    await other.stop();
  });

  it('of a point that no controller serves', async () => {
    const [channel] = await backend.database.query<{ controller_id: string; key: string }>('SELECT controller_id, key FROM channels WHERE point_id = $1', [point.pointId]);
    // By hand, so that a late look at the model does not bind it again.
    const { status } = await backend.admin.put(`/api/v1/controllers/${channel?.controller_id}/bindings`, { bindings: [{ key: channel?.key, point: null }] });
    expect(status).toBeLessThan(300);
    expect(await point.override(22)).toMatchObject({ status: 409, body: { code: 'POINT_NOT_BOUND' } });
  });

  it('by somebody who may only look, and by somebody who may not even do that', async () => {
    const viewer = await backend.user('viewer');
    const path = `/api/v1/points/${point.pointId}/overrides`;
    expect((await viewer.post(path, { value: 22, durationMs: HOUR, reason: 'x' })).status).toBe(403);
    const elsewhere = await servePoint(backend, clock);
    const stranger = await backend.user('operator', { scope: 'floor', scopeId: elsewhere.place.floorId });
    expect((await stranger.post(path, { value: 22, durationMs: HOUR, reason: 'x' })).status).toBe(404);
    await elsewhere.stop();
  });

  it('F11 to a controller that is offline ends at once and is never queued', async () => {
    const first = await point.override(20);
    await point.reaches(first.body.id, 'EFFECTIVE');
    await point.box.end();
    clock.advance(1_000);
    const answer = await point.override(25);
    expect(answer).toMatchObject({ status: 409, body: { code: 'CONTROLLER_OFFLINE' } });
    const { items } = (await backend.admin.get<{ items: Command[] }>(`/api/v1/commands?point=${point.pointId}`)).body;
    expect(items.map(({ state, value }) => [state, value])).toEqual([['OFFLINE', 25], ['EFFECTIVE', 20]]);
    expect(await point.intent()).toEqual({ value: 20, command_id: first.body.id });
    const [record] = await backend.database.query<{ after: object }>('SELECT result, code, after FROM audit_records WHERE target_id = $1 AND result = $2', [
      ...[point.pointId, 'refused'],
    ]);
    expect(record).toMatchObject({ code: 'CONTROLLER_OFFLINE', after: { command: items[0]?.id, value: 25 } });
    const sent = point.host.calls.length;
    await point.box.connect([]);
    clock.advance(60_000);
    await expect.poll(() => point.host.calls.length).toBe(sent);
  });

  it('with a live epoch of a connection that is gone', async () => {
    expect(await point.override(22, {}, { 'cupola-live-epoch': 'long-gone' })).toMatchObject({ status: 409, body: { code: 'STALE_EPOCH' } });
    expect(point.host.calls).toEqual([]);
  });

  it('while another one is on its way', async () => {
    let answer: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    point.host.before = async (call) => (call.action === 'slot.apply' ? held.then(() => undefined) : undefined);
    const first = await point.override(20);
    await point.reaches(first.body.id, 'SENT');
    expect(await point.override(25)).toMatchObject({ status: 409, body: { code: 'COMMAND_IN_FLIGHT' } });
    answer?.();
    await point.reaches(first.body.id, 'EFFECTIVE');
  });
});

describe('an idempotency key', () => {
  it('gives the same command for the same request, and refuses another one', async () => {
    const key = { 'idempotency-key': 'click-1' };
    const first = await point.override(22, {}, key);
    await point.reaches(first.body.id, 'EFFECTIVE');
    const again = await point.override(22, {}, key);
    expect(again).toMatchObject({ status: 202, body: { id: first.body.id, state: 'EFFECTIVE' } });
    expect(await point.override(23, {}, key)).toMatchObject({ status: 409, body: { code: 'KEY_REUSED' } });
    expect(point.host.actions().filter((action) => action === 'slot.apply')).toHaveLength(1);
  });

  it('holds when the same click arrives many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => point.override(22, {}, { 'idempotency-key': 'click-2' })));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    await point.reaches(answers[0]?.body.id ?? '', 'EFFECTIVE');
    expect(point.host.actions().filter((action) => action === 'slot.apply')).toHaveLength(1);
  });
});
