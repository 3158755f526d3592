import type { Controller, FloorData, PointDetail } from '@cupola/contracts';
import { FakeClock } from '@cupola/testing';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, startBackend, type TestBackend } from '../harness.js';
import { eventually, LiveClient } from './live-client.js';
import { fold, LivePlace } from './live-place.js';

const clock = new FakeClock(Date.now());
let backend: TestBackend;
let floor: LivePlace;
const clients: LiveClient[] = [];

beforeAll(async () => {
  backend = await startBackend({ clock });
  floor = await LivePlace.make(backend, clock);
});
afterEach(() => clients.splice(0).forEach((client) => client.close()));
afterAll(() => backend.close());

async function enter(api: ApiClient = backend.admin): Promise<LiveClient> {
  const client = await LiveClient.connect(api);
  clients.push(client);
  return client;
}

const topicOf = ({ place }: LivePlace) => `floor:${place.floorId}`;
const values = (client: LiveClient, id: string) => fold(client.snapshotOf(id), client.deltasOf(id));

describe('a floor', () => {
  it('comes whole, then what changes, with the age of each value', async () => {
    const other = await LivePlace.make(backend, clock);
    const client = await enter();
    const { id, data } = await client.watch<FloorData>(topicOf(other));
    expect(data.values.map(([point, ...rest]) => [point, ...rest])).toEqual(expect.arrayContaining(other.pointIds.map((point) => [point, null, 'UNKNOWN', null, []])));
    expect(data.controllers).toEqual([[other.box.deviceId, 'online']]);
    await other.report({ 1: 21.5 }, clock.now() - 5000);
    await eventually(() => expect(client.deltasOf(id)).toHaveLength(1));
    expect(client.deltasOf(id)[0]).toEqual({ id, prev: 1, seq: 2, data: { values: [[other.pointIds[1], 21.5, 'GOOD', 5000, []]], controllers: [] } });
  });

  it('numbers each subscription by itself, without a gap, and ends at the truth whatever is written', async () => {
    const [first, second] = [await enter(), await enter()];
    const one = (await first.watch(topicOf(floor))).id;
    const write = fc.dictionary(fc.constantFrom('0', '1', '2'), fc.double({ noNaN: true, noDefaultInfinity: true }), { minKeys: 1 });
    let two = '';
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 5, maxLength: 30 }), async (writes) => {
        for (const [index, each] of writes.entries()) {
          clock.advance(1);
          await floor.report(each);
          if (index === 3) two = (await second.watch(topicOf(floor))).id;
        }
      }),
      { numRuns: 8 },
    );
    clock.advance(1);
    await floor.report({ 0: 1, 1: 2, 2: 3 });
    for (const [client, id] of [[first, one], [second, two]] as const) {
      await eventually(() => expect([...values(client, id).values()].map(([value]) => value).sort()).toEqual([1, 2, 3]));
      const deltas = client.deltasOf(id);
      expect(deltas.map(({ prev }) => prev)).toEqual(deltas.map((_, index) => index + 1));
      expect(deltas.map(({ seq }) => seq)).toEqual(deltas.map((_, index) => index + 2));
    }
  });

  it('gathers what changes within a tenth of a second', async () => {
    const client = await enter();
    const { id } = await client.watch(topicOf(floor));
    const began = performance.now();
    for (let round = 0; round < 40; round += 1) {
      clock.advance(1);
      await floor.report({ 0: 1000 + round });
    }
    // Up to 25 of its 100 ms may have passed in the writer.
    const windows = (performance.now() - began) / 75;
    await eventually(() => expect(values(client, id).get(floor.pointIds[0] ?? '')?.[0]).toBe(1039));
    expect(client.deltasOf(id).length).toBeLessThanOrEqual(Math.ceil(windows) + 2);
  });

  it('tells when a value grows old', async () => {
    const quick = await LivePlace.make(backend, clock, 2, 1000);
    await quick.report({ 0: 1 });
    const client = await enter();
    const { id } = await client.watch(topicOf(quick));
    expect(values(client, id).get(quick.pointIds[0] ?? '')).toEqual([1, 'GOOD']);
    clock.advance(4000);
    await eventually(() => expect(values(client, id).get(quick.pointIds[0] ?? '')).toEqual([1, 'STALE']));
    expect(client.deltasOf(id)).toHaveLength(1);
  });

  it('tells when the controller is lost: its link, and every value of it', async () => {
    const lost = await LivePlace.make(backend, clock);
    await lost.report({ 0: 1, 1: 2, 2: 3 });
    const client = await enter();
    const { id } = await client.watch(topicOf(lost));
    await lost.box.end('connection_lost');
    await eventually(() => expect([...values(client, id).values()].map(([, quality]) => quality)).toEqual(['DOWN', 'DOWN', 'DOWN']));
    expect(client.deltasOf(id).flatMap(({ data }) => (data as FloorData).controllers)).toEqual([[lost.box.deviceId, 'offline']]);
  });

  it('tells when the lease of the session lapses, although nobody said so', async () => {
    const lost = await LivePlace.make(backend, clock);
    await lost.report({ 0: 1, 1: 2, 2: 3 });
    const client = await enter();
    const { id } = await client.watch(topicOf(lost));
    await lost.lease('-1 second');
    await eventually(() => expect([...values(client, id).values()].map(([, quality]) => quality)).toEqual(['DOWN', 'DOWN', 'DOWN']));
  });

  it('C4 C5 is refused to who may not see it, and taken from who no longer may, within two seconds', async () => {
    const elsewhere = await LivePlace.make(backend, clock);
    const viewer = await backend.user('viewer', { scope: 'floor', scopeId: floor.place.floorId });
    const client = await enter(viewer);
    expect(await client.subscribe(topicOf(elsewhere))).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
    expect(await client.subscribe(`point:${elsewhere.pointIds[0]}`)).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
    expect(await client.subscribe(`building:${floor.place.buildingId}`)).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
    const { id } = await client.watch(topicOf(floor));
    const [user] = await backend.database.query<{ id: string }>('SELECT id FROM users WHERE username = $1', [viewer.username]);
    await backend.admin.patch(`/api/v1/users/${user?.id}`, { grants: [{ role: 'viewer', scope: 'floor', scopeId: elsewhere.place.floorId }] });
    await eventually(() => expect(client.messages.resync).toEqual([{ id, reason: 'your rights changed' }]));
    await floor.report({ 0: 77 });
    expect(await client.subscribe(topicOf(floor))).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
    expect((await client.subscribe(topicOf(elsewhere))).ok).toBe(true);
    expect(client.deltasOf(id)).toEqual([]);
  });
});

describe('other topics', () => {
  it('a point comes with its whole detail, then its values', async () => {
    const client = await enter();
    const [pointId = ''] = floor.pointIds;
    clock.advance(1);
    await floor.report({ 0: 5 });
    const { id, data } = await client.watch<PointDetail>(`point:${pointId}`);
    expect(data).toMatchObject({ id: pointId, value: 5, quality: 'GOOD', slots: expect.any(Array) as unknown });
    clock.advance(1);
    await floor.report({ 0: 6, 1: 7 });
    await eventually(() => expect(client.deltasOf(id).map((delta) => delta.data)).toEqual([{ value: [pointId, 6, 'GOOD', 0, []] }]));
  });

  it('the detail of a point follows its commands and slots', async () => {
    const client = await enter();
    const [pointId = ''] = floor.pointIds;
    const { id } = await client.watch<PointDetail>(`point:${pointId}`);
    backend.bus.publish('live.slots', { pointId, hosted: null });
    await eventually(() => expect(client.deltasOf(id).map((delta) => (delta.data as { detail: PointDetail }).detail.id)).toEqual([pointId]));
  });

  it('controllers come within the scope, then those that change, announced or not', async () => {
    const other = await LivePlace.make(backend, clock);
    const viewer = await enter(await backend.user('viewer', { scope: 'site', scopeId: other.place.siteId }));
    const { id, data } = await viewer.watch<{ controllers: Controller[] }>('controllers');
    expect(data.controllers.map((each) => each.id)).toEqual([other.box.deviceId]);
    await floor.box.renew();
    await other.box.end('connection_lost');
    const seen = () => viewer.deltasOf(id).flatMap((delta) => (delta.data as { controllers: Controller[] }).controllers);
    await eventually(() => expect(seen()).toMatchObject([{ id: other.box.deviceId, link: 'offline', reason: 'connection_lost' }]));
    await eventually(async () => {
      await backend.database.query(`UPDATE controllers SET firmware = firmware || '+' WHERE id = $1`, [other.box.deviceId]);
      expect(seen().at(-1)?.firmware).toContain('+');
    });
    expect(seen().every((each) => each.id === other.box.deviceId)).toBe(true);
  });

  it('that nobody knows are refused by name', async () => {
    const client = await enter();
    expect(await client.subscribe('floor:nonsense')).toMatchObject({ ok: false, error: { code: 'VALIDATION_FAILED' } });
    expect(await client.subscribe('floor:00000000-0000-4000-8000-000000000000')).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    expect(await client.unsubscribe('never')).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  });
});

describe('limits', () => {
  it('C6 one connection holds 64 subscriptions, not a thousand, and each id once', async () => {
    const client = await enter();
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, index) => client.subscribe(topicOf(floor), `s${index}`)));
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.error.code));
    expect(codes.filter((code) => code === 'ok')).toHaveLength(64);
    expect(new Set(codes)).toEqual(new Set(['ok', 'TOO_MANY_SUBSCRIPTIONS', 'OVERLOADED']));
    const other = await enter();
    expect((await other.subscribe(topicOf(floor), 'same')).ok).toBe(true);
    expect(await other.subscribe(topicOf(floor), 'same')).toMatchObject({ ok: false, error: { code: 'SUBSCRIPTION_EXISTS' } });
  });

  it('lets a subscription go when it is asked to', async () => {
    const client = await enter();
    const { id } = await client.watch(topicOf(floor));
    expect(await client.unsubscribe(id)).toEqual({ ok: true });
    const { id: again } = await client.watch(topicOf(floor));
    clock.advance(1);
    await floor.report({ 0: 4711 });
    await eventually(() => expect(client.deltasOf(again)).toHaveLength(1));
    expect(client.deltasOf(id)).toEqual([]);
  });

  it('C7 survives messages that are none, and answers ten thousand of them with a limit', async () => {
    const client = await enter();
    const loose = client.socket as unknown as { emit(...parts: unknown[]): void };
    for (const body of [null, 7, 'text', [], {}, { id: 1 }, { id: 'x', topic: 'commands', extra: 1 }]) loose.emit('subscribe', body);
    const answers: unknown[] = [];
    for (let index = 0; index < 10_000; index += 1) {
      if (index % 2 === 1) loose.emit('nothing', index);
      else loose.emit('echo', index, (answer: unknown) => answers.push(answer));
    }
    await eventually(() => expect(answers).toHaveLength(5_000));
    expect(answers).toContainEqual({ ok: false, error: expect.objectContaining({ code: 'OVERLOADED' }) as unknown });
    const quiet = await enter();
    expect((await quiet.subscribe(topicOf(floor))).ok).toBe(true);
  });
});
