import type { AlarmJournalLine } from '@cupola/contracts';
import { FakeClock } from '@cupola/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, startBackend, type TestBackend } from '../harness.js';
import { eventually, LiveClient } from '../live/live-client.js';
import { AlarmPlace } from './alarm-place.js';
import { type AlarmsData, held } from './held-alarms.js';

const clock = new FakeClock(Date.now());
let backend: TestBackend;
let vav: AlarmPlace;
let definition: { id: string };
let hot = false;
const clients: LiveClient[] = [];

beforeAll(async () => {
  backend = await startBackend({ clock });
  vav = await AlarmPlace.make(backend, clock);
  definition = await vav.define();
});
afterEach(() => clients.splice(0).forEach((client) => client.close()));
afterAll(() => backend.close());

async function enter(api: ApiClient = backend.admin): Promise<LiveClient> {
  const client = await LiveClient.connect(api);
  clients.push(client);
  return client;
}

/** One transition: too warm, or fine again. */
async function turn(): Promise<void> {
  clock.advance(1000);
  hot = !hot;
  await vav.report({ temperature: hot ? 26 : 20 });
}

const journal = async (after = 0) => (await backend.admin.get<{ items: AlarmJournalLine[]; head: number }>(`/api/v1/alarms/journal?after=${after}&limit=1000`)).body;

async function resume(client: LiveClient, since: number): Promise<string> {
  const id = `since-${since}-${Math.random()}`;
  const answer = await client.subscribe('alarms', id, since);
  expect(answer.ok).toBe(true);
  return id;
}

describe('the alarms topic', () => {
  it('comes whole with the number of the journal, then every line once, chained', async () => {
    await turn();
    const client = await enter();
    const { id, data } = await client.watch<AlarmsData>('alarms');
    expect(data.alarms.map(({ state }) => state)).toEqual(['UNACK']);
    const { head } = await journal();
    expect(client.messages.snapshot[0]?.seq).toBe(head);
    for (let count = 0; count < 7; count += 1) await turn();
    const expected = (await journal(head)).items.map(({ number }) => number);
    expect(expected.length).toBeGreaterThanOrEqual(7);
    await eventually(() => expect(held(client, id).numbers).toEqual(expected));
    expect(held(client, id).isChained).toBe(true);
    expect(client.deltasOf(id)[0]?.prev).toBe(head);
    expect([...held(client, id).list.values()].map(({ state }) => state)).toEqual((await vav.shown()).map(({ state }) => state));
  });

  it('resumes from any number with exactly what was missed', async () => {
    for (let count = 0; count < 5; count += 1) await turn();
    const all = (await journal()).items.map(({ number }) => number);
    const client = await enter();
    for (const since of [0, all[3] ?? 0, all.at(-2) ?? 0]) {
      const id = await resume(client, since);
      await eventually(() => expect(held(client, id).numbers).toEqual(all.filter((number) => number > since)));
      expect(client.deltasOf(id)[0]?.prev).toBe(since);
      expect(client.snapshotOf(id)).toBeUndefined();
    }
    const id = await resume(client, all.at(-1) ?? 0);
    await turn();
    const last = (await journal(all.at(-1))).items.map(({ number }) => number);
    await eventually(() => expect(held(client, id).numbers).toEqual(last));
  });

  it('asks to start again when the number is not known, or too old', async () => {
    const { head } = await journal();
    const client = await enter();
    const ahead = await resume(client, head + 10);
    await eventually(() => expect(client.messages.resync.map(({ id }) => id)).toContain(ahead));
    await backend.database.query(
      `WITH head AS (UPDATE alarm_journal_head SET number = number + 6000 RETURNING number - 6000 AS number)
       INSERT INTO alarm_journal (number, alarm_id, definition_id, site_id, fact, occurrence, at, text, state, acked)
       SELECT head.number + n, gen_random_uuid(), $1, $2, 'COMMENTED', 0, now(), 'filler', 'NORM', true FROM head, generate_series(1, 6000) AS n`,
      [definition.id, vav.place.siteId],
    );
    const old = await resume(client, head);
    await eventually(() => expect(client.messages.resync.map(({ id }) => id)).toContain(old));
    const near = await resume(client, head + 2000);
    await eventually(() => expect(held(client, near).numbers).toHaveLength(4000));
  });

  it('tells of an acknowledgement and of alarms that are gone', async () => {
    const other = await AlarmPlace.make(backend, clock);
    const mine = await other.define();
    await other.report({ temperature: 30 });
    const alarm = await other.reaches(mine, 'UNACK');
    const client = await enter();
    const { id } = await client.watch<AlarmsData>('alarms');
    expect((await backend.admin.post(`/api/v1/alarms/${alarm.id}/acknowledge`, { occurrence: 1 })).status).toBe(200);
    await eventually(() => expect(held(client, id).list.get(alarm.id)).toMatchObject({ state: 'ACKED', ackedBy: 'admin' }));
    expect((await backend.admin.delete(`/api/v1/alarm-definitions/${mine.id}`)).status).toBe(204);
    await eventually(() => expect(held(client, id).list.has(alarm.id)).toBe(false));
    expect((client.deltasOf(id).at(-1)?.data as AlarmsData).lines.map(({ fact }) => fact)).toEqual(['CLEARED', 'DISABLED']);
  });

  it('shows a reader of another floor nothing, and numbers on', async () => {
    const [floor] = await backend.database.query<{ id: string }>(`INSERT INTO floors (building_id, level, name) VALUES ($1, 9, 'Ninth') RETURNING id`, [vav.place.buildingId]);
    const client = await enter(await backend.user('viewer', { scope: 'floor', scopeId: floor?.id ?? '' }));
    const witness = await enter();
    const { id, data } = await client.watch<AlarmsData>('alarms');
    const seen = await witness.watch<AlarmsData>('alarms');
    expect(data.alarms).toEqual([]);
    await turn();
    await eventually(() => expect(witness.deltasOf(seen.id).length).toBeGreaterThan(0));
    expect(client.deltasOf(id)).toEqual([]);
  });
});
