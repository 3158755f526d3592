import type { AlarmDefinition } from '@cupola/contracts';
import { FakeClock, waitFor } from '@cupola/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { AlarmPlace, SETPOINT, TEMPERATURE } from './alarm-place.js';

const clock = new FakeClock(Date.now());
let backend: TestBackend;
let vav: AlarmPlace;

beforeAll(async () => {
  backend = await startBackend({ clock });
});
beforeEach(async () => {
  vav = await AlarmPlace.make(backend, clock);
});
afterAll(() => backend.close());

const point = (id: string) => ({ kind: 'point', point: id });
const NOWHERE = '00000000-0000-4000-8000-000000000000';

describe('a definition that cannot be meant', () => {
  const cases: [string, () => Record<string, unknown>, number, string][] = [
    ['a negative deadband', () => ({ deadband: -1 }), 422, 'VALIDATION_FAILED'],
    ['a high limit that is none', () => ({ limit: null }), 422, 'LIMIT_REQUIRED'],
    ['a deviation without an allowed distance', () => ({ condition: 'DEV', limit: null, referenceClass: SETPOINT }), 422, 'LIMIT_REQUIRED'],
    ['a limit of a binary point', () => ({ target: point(vav.point('fan')) }), 422, 'WRONG_KIND'],
    ['a limit of a class of binary points', () => ({ target: { kind: 'class', brickClass: 'Fan_Status', building: vav.place.buildingId, floor: null } }), 422, 'WRONG_KIND'],
    ['a limit of controllers', () => ({ target: { kind: 'controllers', site: vav.place.siteId } }), 422, 'WRONG_KIND'],
    ['a fault of controllers', () => ({ target: { kind: 'controllers', site: vav.place.siteId }, condition: 'FAULT', limit: null }), 422, 'WRONG_KIND'],
    ['an identity of a point', () => ({ condition: 'IDENTITY', limit: null }), 422, 'WRONG_KIND'],
    ['a point that loses its connection', () => ({ condition: 'COMM_LOSS', limit: null }), 422, 'WRONG_KIND'],
    ['a deviation from nothing', () => ({ condition: 'DEV', limit: 2 }), 422, 'REFERENCE_MISSING'],
    ['a deviation from what the equipment has not', () => ({ condition: 'DEV', limit: 2, referenceClass: 'Supply_Air_Flow_Setpoint' }), 422, 'REFERENCE_MISSING'],
    ['a reference of a limit', () => ({ referenceClass: SETPOINT }), 422, 'VALIDATION_FAILED'],
    ['a limit of staleness', () => ({ condition: 'STALE' }), 422, 'VALIDATION_FAILED'],
    ['a limit of a fault', () => ({ condition: 'FAULT' }), 422, 'VALIDATION_FAILED'],
    ['an urgent alarm that acknowledges itself', () => ({ priority: 2, autoAck: true }), 422, 'AUTO_ACK_REFUSED'],
    ['a condition of later', () => ({ condition: 'ROC' }), 422, 'VALIDATION_FAILED'],
    ['a class that nothing has', () => ({ target: { kind: 'class', brickClass: 'Zone_Air_Temprature_Sensor', building: vav.place.buildingId, floor: null } }), 422, 'VALIDATION_FAILED'],
    ['a point that is not there', () => ({ target: point(NOWHERE) }), 404, 'NOT_FOUND'],
    ['a floor of another building', () => ({ target: { kind: 'class', brickClass: TEMPERATURE, building: vav.place.buildingId, floor: NOWHERE } }), 404, 'NOT_FOUND'],
  ];

  it.each(cases)('%s is refused', async (_name, more, status, code) => {
    const answer = await vav.tryDefine(more());
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  const crossed: [string, Record<string, unknown>, number][] = [
    ['below', { limit: 23 }, 422],
    ['equal to', { limit: 24 }, 422],
    ['closer than the deadbands to', { limit: 26, deadband: 1.5 }, 422],
    ['above', { limit: 26, deadband: 1 }, 201],
  ];
  it.each(crossed)('a high limit %s the low one', async (_name, more, status) => {
    await vav.define({ condition: 'LO', limit: 24, deadband: 0.5, name: 'Too cold' });
    const answer = await vav.tryDefine(more);
    expect([answer.status, answer.body.code]).toEqual([status, status === 201 ? undefined : 'LIMITS_CROSSED']);
  });

  it('limits cross between a template and a point too, and when they are changed or switched on', async () => {
    const high = await vav.define({ target: { kind: 'class', brickClass: TEMPERATURE, building: vav.place.buildingId, floor: null }, limit: 30 });
    const low = await vav.define({ condition: 'LO', limit: 20, name: 'Too cold' });
    const patch = (id: string, change: object) => backend.admin.patch<AlarmDefinition & { code: string }>(`/api/v1/alarm-definitions/${id}`, change);
    expect((await patch(low.id, { limit: 31 })).body.code).toBe('LIMITS_CROSSED');
    expect((await patch(low.id, { enabled: false, limit: 31 })).status).toBe(200);
    expect((await patch(low.id, { enabled: true })).body.code).toBe('LIMITS_CROSSED');
    expect((await patch(high.id, { limit: 40 })).status).toBe(200);
    expect((await patch(low.id, { enabled: true })).body).toMatchObject({ enabled: true, limit: 31 });
    expect((await patch(high.id, { priority: 1, autoAck: true })).body.code).toBe('AUTO_ACK_REFUSED');
  });

  it('of two that cross each other at the same moment one is refused', async () => {
    const answers = await Promise.all([vav.tryDefine({ limit: 20 }), vav.tryDefine({ condition: 'LO', limit: 25, name: 'Too cold' })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
  });
});

describe('who may define', () => {
  it('is who holds the permission at the place, and everything is in the audit trail', async () => {
    const definition = await vav.define();
    const operator = await backend.user('operator', { scope: 'building', scopeId: vav.place.buildingId });
    const neighbour = await backend.user('technician', { scope: 'floor', scopeId: (await AlarmPlace.make(backend, clock)).place.floorId });
    const technician = await backend.user('technician', { scope: 'floor', scopeId: vav.place.floorId });
    const path = `/api/v1/alarm-definitions/${definition.id}`;
    expect((await operator.get(path)).status).toBe(200);
    expect((await operator.patch(path, { limit: 25 })).body.code).toBe('FORBIDDEN');
    expect((await neighbour.get(path)).status).toBe(404);
    expect((await neighbour.patch(path, { limit: 25 })).status).toBe(404);
    expect((await neighbour.delete(path)).status).toBe(404);
    expect((await technician.patch(path, { limit: 25 })).status).toBe(200);
    expect((await technician.delete(path)).status).toBe(204);
    const trail = await backend.database.query<{ operation: string; actor: string }>('SELECT operation, actor FROM audit_records WHERE target_id = $1 AND result = $2 ORDER BY number', [definition.id, 'done']);
    expect(trail.map(({ operation }) => operation)).toEqual(['alarm-definition.create', 'alarm-definition.update', 'alarm-definition.remove']);
  });
});

describe('what is watched no more', () => {
  it('ends in the journal when its definition is switched off, removed, or its point deleted', async () => {
    const off = await vav.define({ name: 'Switched off' });
    const removed = await vav.define({ name: 'Removed' });
    const orphan = await vav.define({ name: 'Its point is deleted' });
    await vav.report({ temperature: 30 });
    const ids = await Promise.all([off, removed, orphan].map(async (each) => (await vav.reaches(each, 'UNACK')).id));
    await backend.admin.patch(`/api/v1/alarm-definitions/${off.id}`, { enabled: false });
    await vav.reaches(off, 'DISABLED');
    expect((await backend.admin.delete(`/api/v1/alarm-definitions/${removed.id}`)).status).toBe(204);
    await backend.database.query('DELETE FROM points WHERE id = $1', [vav.point('temperature')]);
    for (const id of ids) expect(await vav.facts(id)).toEqual(['ACTIVATED', 'CLEARED', 'DISABLED']);
    expect((await vav.journal(ids[1] ?? ''))[2]).toMatchObject({ by: 'admin', text: 'The definition "Removed" was removed', state: 'DISABLED' });
    expect((await vav.journal(ids[2] ?? ''))[2]).toMatchObject({ by: null, text: 'What it watched was removed' });
    expect((await vav.shown()).filter(({ id }) => ids.includes(id))).toEqual([]);
    // The samples of its channel go on.
    clock.advance(1000);
    await vav.report({ temperature: 31, setpoint: 20 });
  });

  it('starts from scratch when it is switched on again', async () => {
    const definition = await vav.define();
    await vav.report({ temperature: 30 });
    await backend.admin.patch(`/api/v1/alarm-definitions/${definition.id}`, { enabled: false });
    await vav.reaches(definition, 'DISABLED');
    clock.advance(1000);
    await vav.report({ temperature: 31 });
    expect(await vav.state(definition)).toBe('DISABLED');
    await backend.admin.patch(`/api/v1/alarm-definitions/${definition.id}`, { enabled: true });
    expect((await vav.reaches(definition, 'UNACK')).occurrence).toBe(2);
  });

  it('leaves with a point that moves to another floor', async () => {
    const definition = await vav.define({ target: { kind: 'class', brickClass: TEMPERATURE, building: vav.place.buildingId, floor: vav.place.floorId } });
    await vav.report({ temperature: 30 });
    const { id } = await vav.reaches(definition, 'UNACK');
    await backend.database.query('UPDATE points SET floor_id = NULL WHERE id = $1', [vav.point('temperature')]);
    backend.bus.publish('live.model', { buildingId: vav.place.buildingId });
    await backend.database.query('UPDATE buildings SET revision = revision + 1 WHERE id = $1', [vav.place.buildingId]);
    await waitFor(async () => (await vav.alarmOf(definition)) === undefined);
    expect(await vav.facts(id)).toEqual(['ACTIVATED', 'CLEARED', 'DISABLED']);
  });
});
