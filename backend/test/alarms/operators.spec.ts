import { FakeClock } from '@cupola/testing';
import type { AlarmOccurrence } from '@cupola/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { AlarmPlace } from './alarm-place.js';

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

/** An alarm that is UNACK in its first occurrence. */
async function raised(more: Record<string, unknown> = {}): Promise<{ definition: { id: string }; id: string }> {
  const definition = await vav.define(more);
  await vav.report({ temperature: 26 });
  return { definition, id: (await vav.reaches(definition, 'UNACK')).id };
}
const act = (id: string, what: string, body: object, api = backend.admin) => api.post<{ code: string; state: string }>(`/api/v1/alarms/${id}/${what}`, body);
const outcome = ({ status, body }: { status: number; body: { code: string; state: string } }) => [status, status === 200 ? body.state : body.code];
const audited = async (id: string) =>
  (await backend.database.query<{ operation: string }>('SELECT operation FROM audit_records WHERE target_id = $1 AND result = $2 ORDER BY number', [id, 'done'])).map(({ operation }) => operation);

describe('an acknowledgement', () => {
  it('says who has seen it, once; again is fine and changes nothing', async () => {
    const { id } = await raised();
    expect(outcome(await act(id, 'acknowledge', { occurrence: 1, comment: 'Valve stuck' }))).toEqual([200, 'ACKED']);
    expect(outcome(await act(id, 'acknowledge', { occurrence: 1 }))).toEqual([200, 'ACKED']);
    const journal = await vav.journal(id);
    expect(journal.map(({ fact, by, text }) => [fact, by, text])).toEqual([
      ['ACTIVATED', null, null],
      ['ACKNOWLEDGED', 'admin', 'Valve stuck'],
    ]);
    expect((await vav.shown()).find((each) => each.id === id)).toMatchObject({ ackedBy: 'admin', ackedAt: new Date(clock.now()).toISOString() });
    expect(await audited(id)).toEqual(['alarm.acknowledge', 'alarm.acknowledge']);
  });

  it('of an occurrence that is over is refused, and leaves the new one as it is', async () => {
    const { definition, id } = await raised();
    clock.advance(1000);
    await vav.report({ temperature: 20 });
    clock.advance(1000);
    await vav.report({ temperature: 26 });
    expect(outcome(await act(id, 'acknowledge', { occurrence: 1 }))).toEqual([409, 'STALE_OCCURRENCE']);
    expect(await vav.alarmOf(definition)).toMatchObject({ state: 'UNACK', occurrence: 2 });
    expect(await vav.facts(id)).toEqual(['ACTIVATED', 'CLEARED', 'SUPERSEDED', 'ACTIVATED']);
    expect(outcome(await act(id, 'acknowledge', { occurrence: 0 }))).toEqual([422, 'VALIDATION_FAILED']);
  });

  it('of many has an outcome for each', async () => {
    const one = await raised();
    const two = await raised({ name: 'Also too warm', limit: 25 });
    const gone = '00000000-0000-4000-8000-000000000000';
    const { body } = await backend.admin.post<{ outcomes: { id: string; ok: boolean; code: string | null }[] }>('/api/v1/alarms/acknowledge', {
      alarms: [{ id: one.id, occurrence: 1 }, { id: two.id, occurrence: 7 }, { id: gone, occurrence: 1 }],
    });
    expect(body.outcomes.map(({ id, ok, code }) => [id, ok, code])).toEqual([
      [one.id, true, null],
      [two.id, false, 'STALE_OCCURRENCE'],
      [gone, false, 'NOT_FOUND'],
    ]);
  });

  it('is for who may, where it is', async () => {
    const { id } = await raised();
    const viewer = await backend.user('viewer', { scope: 'floor', scopeId: vav.place.floorId });
    const neighbour = await backend.user('operator', { scope: 'floor', scopeId: (await AlarmPlace.make(backend, clock)).place.floorId });
    const operator = await backend.user('operator', { scope: 'floor', scopeId: vav.place.floorId });
    expect((await vav.shown(viewer)).map((each) => each.id)).toEqual([id]);
    expect(outcome(await act(id, 'acknowledge', { occurrence: 1 }, viewer))).toEqual([403, 'FORBIDDEN']);
    expect(await vav.shown(neighbour)).toEqual([]);
    expect((await neighbour.get<{ items: unknown[] }>('/api/v1/alarms/journal')).body.items).toEqual([]);
    expect(outcome(await act(id, 'acknowledge', { occurrence: 1 }, neighbour))).toEqual([404, 'NOT_FOUND']);
    expect(outcome(await act(id, 'acknowledge', { occurrence: 1 }, operator))).toEqual([200, 'ACKED']);
  });
});

describe('a latching alarm', () => {
  it('stays until it is acknowledged and reset', async () => {
    const { definition, id } = await raised({ latching: true });
    expect(outcome(await act(id, 'reset', { occurrence: 1 }))).toEqual([409, 'NOT_LATCHED']);
    clock.advance(1000);
    await vav.report({ temperature: 20 });
    expect(outcome(await act(id, 'reset', { occurrence: 1 }))).toEqual([409, 'NOT_ACKNOWLEDGED']);
    expect(outcome(await act(id, 'acknowledge', { occurrence: 1 }))).toEqual([200, 'LATCHED_RTN']);
    expect(outcome(await act(id, 'reset', { occurrence: 2 }))).toEqual([409, 'STALE_OCCURRENCE']);
    expect(outcome(await act(id, 'reset', { occurrence: 1 }))).toEqual([200, 'NORM']);
    expect(await vav.alarmOf(definition)).toMatchObject({ active: false, acked: true });
    expect(await audited(id)).toEqual(['alarm.acknowledge', 'alarm.reset']);
  });
});

describe('a comment', () => {
  it('stands in the journal and changes nothing', async () => {
    const { id } = await raised();
    expect(outcome(await act(id, 'comment', { text: ' Called the plumber ' }))).toEqual([200, 'UNACK']);
    expect((await vav.journal(id)).at(-1)).toMatchObject({ fact: 'COMMENTED', by: 'admin', text: 'Called the plumber', state: 'UNACK' });
    const detail = (await backend.admin.get<{ occurrences: unknown[] }>(`/api/v1/alarms/${id}`)).body;
    expect(detail.occurrences).toEqual([{ occurrence: 1, from: new Date(clock.now()).toISOString(), to: null, ackedAt: null, ackedBy: null }]);
  });
});

describe('an occurrence', () => {
  it('has an address of its own, also when it is over and others came after it', async () => {
    const { id } = await raised();
    const from = clock.now();
    await act(id, 'acknowledge', { occurrence: 1, comment: 'Valve stuck' });
    clock.advance(1000);
    await vav.report({ temperature: 20 });
    clock.advance(1000);
    await vav.report({ temperature: 26 });
    await act(id, 'comment', { text: 'Again' });
    const first = await backend.admin.get<AlarmOccurrence>(`/api/v1/alarms/${id}/occurrences/1`);
    expect(first.body).toMatchObject({ occurrence: 1, from: new Date(from).toISOString(), to: new Date(from + 1000).toISOString(), ackedBy: 'admin', alarm: { id, occurrence: 2, state: 'UNACK' } });
    expect(first.body.journal.map(({ fact, text }) => [fact, text])).toEqual([['ACTIVATED', null], ['ACKNOWLEDGED', 'Valve stuck'], ['CLEARED', null]]);
    const second = await backend.admin.get<AlarmOccurrence>(`/api/v1/alarms/${id}/occurrences/2`);
    expect([second.body.to, second.body.journal.map(({ fact }) => fact)]).toEqual([null, ['ACTIVATED', 'COMMENTED']]);
  });

  it.each(['3', '-1', 'first', '99999999999'])('that never was is not found: %s', async (occurrence) => {
    const { id } = await raised();
    expect((await backend.admin.get(`/api/v1/alarms/${id}/occurrences/${occurrence}`)).status).toBe(404);
  });

  it('is for who may read the alarm', async () => {
    const { id } = await raised();
    const neighbour = await backend.user('operator', { scope: 'floor', scopeId: (await AlarmPlace.make(backend, clock)).place.floorId });
    const viewer = await backend.user('viewer', { scope: 'floor', scopeId: vav.place.floorId });
    const read = async (api: typeof viewer) => (await api.get(`/api/v1/alarms/${id}/occurrences/1`)).status;
    expect([await read(viewer), await read(neighbour)]).toEqual([200, 404]);
  });
});
