import type { FloorDetail, PlantDetail, Point, PointDetail, SiteTree } from '@cupola/contracts';
import { pointDetail } from '@cupola/contracts';
import { encodeQuality } from '@cupola/domain';
import { FakeClock } from '@cupola/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUSE, importModel } from '../building/models.js';
import { type ApiClient, startBackend, type TestBackend } from '../harness.js';
import { remember, serve } from './serve.js';

const NOW = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;
let first: TestBackend;
let backend: TestBackend;
let buildingId: string;
let floors: SiteTree['buildings'][number]['floors'];
const clock = new FakeClock(NOW);

const list = (query: string, client: ApiClient = backend.admin) => client.get<{ items: Point[]; nextCursor: string | null }>(`/api/v1/points${query}`);
const pointOf = async (key: string) => (await list(`?search=${key}`)).body.items.find((point) => point.key === key) as Point;
const detailOf = async (key: string, client: ApiClient = backend.admin) =>
  (await client.get<PointDetail>(`/api/v1/points/${(await pointOf(key)).id}`)).body;

beforeAll(async () => {
  first = await startBackend();
  buildingId = await importModel(first.admin, HOUSE);
  const online = await serve(first.database, buildingId, ['v101.temp', 'v101.setpoint', 'v101.valve']);
  await remember(first.database, online.channels.get('v101.temp'), 21.3, NOW - MINUTE);
  await remember(first.database, online.channels.get('v101.setpoint'), 21, NOW - 40 * MINUTE);
  await remember(first.database, online.channels.get('v101.valve'), null, NOW - 40 * MINUTE, encodeQuality('FAULT', ['inAlarm']));
  const offline = await serve(first.database, buildingId, ['v201.temp'], 'offline');
  await remember(first.database, offline.channels.get('v201.temp'), 19.5, NOW + MINUTE);
  // A second process on the same database starts from what the first one flushed.
  backend = await startBackend({ clock, env: { DATABASE_URL: first.databaseUrl } });
  floors = (await backend.admin.get<{ items: SiteTree[] }>('/api/v1/sites')).body.items[0]?.buildings[0]?.floors ?? [];
});
afterAll(async () => {
  await backend.close();
  await first.close();
});

describe('points', () => {
  it('are judged when they are read: fresh, late, faulty, out of reach, never seen', async () => {
    const readings = await Promise.all(['v101.temp', 'v101.setpoint', 'v101.valve', 'v201.temp', 'ahu1.supply_temp'].map(pointOf));
    expect(readings.map(({ value, quality, flags, ageMs }) => [value, quality, flags, ageMs])).toEqual([
      [21.3, 'GOOD', [], MINUTE],
      [21, 'STALE', [], 40 * MINUTE],
      [null, 'FAULT', ['inAlarm'], 40 * MINUTE],
      [19.5, 'DOWN', [], 0],
      [null, 'UNKNOWN', [], null],
    ]);
    expect(readings[0]?.sourceTime).toBe('2026-11-23T11:59:00.000Z');
  });

  it('are down once the lease of their session has lapsed, whatever the controller’s row says', async () => {
    const before = await detailOf('v101.temp');
    expect(before).toMatchObject({ quality: 'GOOD', controller: { link: 'online' } });
    await backend.database.query(`UPDATE controller_sessions SET lease_until = now() - interval '1 second' WHERE controller_id = $1`, [before.controller?.id]);
    expect(await detailOf('v101.temp')).toMatchObject({ quality: 'DOWN', value: 21.3, controller: { link: 'offline' } });
    // The runner that ends lapsed sessions may have come by.
    await backend.database.query(
      `WITH session AS (
         UPDATE controller_sessions SET lease_until = now() + interval '1 hour', ended_at = NULL, end_code = NULL, end_reason = NULL WHERE controller_id = $1 RETURNING id, controller_id)
       UPDATE controllers c SET link = 'online', session_id = session.id FROM session WHERE c.id = session.controller_id`,
      [before.controller?.id],
    );
  });

  it('tell what they are, where they stand and which slots are filled', async () => {
    const detail = await detailOf('v101.setpoint');
    expect(pointDetail.parse(detail)).toEqual(detail);
    expect(detail).toMatchObject({
      ...{ label: 'Zone setpoint', unit: 'degC', writable: true, min: 12, max: 30, resolution: 0.1, relinquishDefault: 21 },
      ...{ site: { name: 'Campus' }, building: { id: buildingId }, floor: { level: 1 }, zone: { name: '101' }, equipment: { name: 'VAV 101' } },
      ...{ winner: null, hostedAt: null, commands: [], mayCommand: true, whyNot: null },
    });
    expect(detail.slots.map(({ level, intent, reported }) => [level, intent, reported])).toEqual(Array.from({ length: 16 }, (_, at) => [at + 1, null, null]));
  });

  it('say why somebody may not command them', async () => {
    expect(await detailOf('v101.temp')).toMatchObject({ mayCommand: false, whyNot: expect.stringContaining('only read') as string });
    const viewer = await backend.user('viewer');
    expect(await detailOf('v101.setpoint', viewer)).toMatchObject({ mayCommand: false, whyNot: expect.stringContaining('roles') as string });
    await backend.database.query(`UPDATE controllers SET link = 'offline' WHERE link = 'online'`);
    expect(await detailOf('v101.setpoint')).toMatchObject({ mayCommand: false, whyNot: expect.stringContaining('offline') as string });
    await backend.database.query(`UPDATE controllers SET link = 'online' WHERE id = $1`, [(await pointOf('v101.setpoint')).controller?.id]);
    await backend.database.query(`UPDATE points SET writable = true WHERE key = 'ahu1.supply_temp'`);
    expect(await detailOf('ahu1.supply_temp')).toMatchObject({ mayCommand: false, whyNot: expect.stringContaining('No controller') as string });
  });

  it('are late after three missed reports of a controller that says how often it reports', async () => {
    await backend.database.query(`UPDATE channels SET interval_ms = 10000 WHERE key = 'v101.temp'`);
    expect(await pointOf('v101.temp')).toMatchObject({ staleAfterMs: 30_000, quality: 'STALE' });
    await backend.database.query(`UPDATE channels SET interval_ms = NULL WHERE key = 'v101.temp'`);
  });

  it('are found by words in label, key and source id, taken literally', async () => {
    const keysOf = async (query: string) => (await list(query)).body.items.map(({ key }) => key).sort();
    expect(await keysOf('?search=setpoint')).toEqual(['v101.setpoint']);
    expect(await keysOf('?search=ZONE%20v201')).toEqual(['v201.temp']);
    expect(await keysOf(`?search=${encodeURIComponent('urn:example:house#meter')}`)).toEqual(['meter']);
    expect(await keysOf('?search=%25')).toEqual([]);
    expect(await keysOf('?search=v101_temp')).toEqual([]);
    expect(await keysOf(`?floor=${floors[1]?.id ?? ''}`)).toEqual(['v201.temp']);
    const { equipment, zone } = await pointOf('v101.temp');
    expect(await keysOf(`?equipment=${equipment?.id ?? ''}`)).toEqual(['v101.setpoint', 'v101.temp', 'v101.valve']);
    expect(await keysOf(`?zone=${zone?.id ?? ''}&search=valve`)).toEqual(['v101.valve']);
  });

  it('of a simulation are found by its name alone, and are no plant of the building', async () => {
    const { id, brickClass } = await pointOf('meter');
    const become = (name: string | null) => backend.database.query('UPDATE points SET brick_class = $1 WHERE id = $2', [name, id]);
    const keysOf = async (query: string) => (await list(query)).body.items.map(({ key }) => key);
    const plant = async () => (await backend.admin.get<PlantDetail>(`/api/v1/buildings/${buildingId}/plant`)).body.points.map(({ key }) => key);
    const counted = async () => (await backend.admin.get<{ items: SiteTree[] }>('/api/v1/sites')).body.items[0]?.buildings[0]?.plantPoints;
    expect([await keysOf('?search=meter'), await plant(), await counted()]).toEqual([['meter'], expect.arrayContaining(['meter']), 2]);
    await become('Simulated_Fault_Command');
    await backend.database.query(`UPDATE points SET key = 'Simulation-desk.meter' WHERE id = $1`, [id]);
    expect(await keysOf('?search=meter')).toEqual([]);
    expect(await keysOf('?search=simulation-desk.meter')).toEqual(['Simulation-desk.meter']);
    expect(await keysOf('?limit=1000'), 'a list that nobody searches is whole').toContain('Simulation-desk.meter');
    expect([await plant(), await counted()]).toEqual([['ahu1.supply_temp'], 1]);
    await backend.database.query(`UPDATE points SET key = 'meter' WHERE id = $1`, [id]);
    await become(brickClass);
  });

  it('come page by page, and refuse a cursor that no page gave', async () => {
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(`?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      pages.push(...page.body.items.map(({ key }) => key));
      cursor = page.body.nextCursor;
    }
    expect(pages).toEqual((await list('')).body.items.map(({ key }) => key));
    expect(pages).toHaveLength(6);
    for (const cursor of ['x', Buffer.from('[1,2]').toString('base64url'), Buffer.from('["a","b"]').toString('base64url')]) {
      const refused = await backend.admin.get(`/api/v1/points?cursor=${cursor}`);
      expect([refused.status, refused.body.code]).toEqual([422, 'CURSOR_INVALID']);
    }
  });

  it('show themselves only to those whose scope they are in', async () => {
    const upstairs = await backend.user('operator', { scope: 'floor', scopeId: floors[1]?.id ?? '' });
    expect((await list('', upstairs)).body.items.map(({ key }) => key)).toEqual(['v201.temp']);
    const hidden = await pointOf('v101.temp');
    expect((await upstairs.get(`/api/v1/points/${hidden.id}`)).status).toBe(404);
    expect((await upstairs.get(`/api/v1/points/${hidden.id}/samples`)).status).toBe(404);
    expect((await upstairs.get(`/api/v1/floors/${floors[0]?.id ?? ''}`)).status).toBe(404);
    expect((await upstairs.get(`/api/v1/buildings/${buildingId}/plant`)).status).toBe(403);
    expect((await upstairs.get('/api/v1/points/00000000-0000-4000-8000-000000000000')).status).toBe(404);
    const { body } = await upstairs.get<{ items: SiteTree[] }>('/api/v1/sites');
    expect(body.items[0]?.buildings).toMatchObject([{ equipment: 0, points: 1, plantPoints: 0, floors: [{ id: floors[1]?.id, points: 1 }] }]);
  });
});

describe('floors and plant', () => {
  it('show a floor with its plan, zones and points', async () => {
    const { body } = await backend.admin.get<FloorDetail>(`/api/v1/floors/${floors[0]?.id ?? ''}`);
    expect(body).toMatchObject({
      ...{ name: 'Floor 1', level: 1, site: { name: 'Campus', timeZone: 'UTC' }, building: { name: 'House' }, plan: { generated: true } },
      spaces: [{ name: '101', zoneIds: [body.zones[0]?.id] }],
      zones: [{ name: '101', kind: 'hvac', equipment: [{ name: 'VAV 101', brickClass: 'VAV' }] }],
    });
    expect(body.points.map(({ key }) => key).sort()).toEqual(['v101.setpoint', 'v101.temp', 'v101.valve']);
    expect(body.points.find(({ key }) => key === 'v101.temp')?.value).toBe(21.3);
  });

  it("name a room's zone of climate before its zones of light, whichever came first", async () => {
    const lighting = await backend.database.query<{ id: string }>(
      `WITH made AS (INSERT INTO zones (id, building_id, name, kind) SELECT '00000000-0000-4000-8000-000000000001', building_id, 'Lights', 'lighting' FROM floors WHERE id = $1 RETURNING id),
         placed AS (INSERT INTO zone_spaces (zone_id, space_id) SELECT made.id, s.id FROM made, spaces s WHERE s.floor_id = $1)
       SELECT id FROM made`,
      [floors[0]?.id],
    );
    const { body } = await backend.admin.get<FloorDetail>(`/api/v1/floors/${floors[0]?.id ?? ''}`);
    expect(body.spaces[0]?.zoneIds).toEqual([body.zones.find(({ kind }) => kind === 'hvac')?.id, lighting[0]?.id]);
    await backend.database.query('DELETE FROM zones WHERE id = $1', [lighting[0]?.id]);
  });

  it('show what stands on no floor as plant', async () => {
    const { body } = await backend.admin.get<PlantDetail>(`/api/v1/buildings/${buildingId}/plant`);
    expect(body.points.map(({ key }) => key).sort()).toEqual(['ahu1.supply_temp', 'meter']);
  });

  it('count controllers that are offline', async () => {
    await backend.database.query(`UPDATE controllers SET floor_id = $1 WHERE link = 'offline'`, [floors[1]?.id]);
    const { body } = await backend.admin.get<{ items: SiteTree[] }>('/api/v1/sites');
    expect(body.items[0]?.buildings[0]?.floors.map(({ controllersOffline }) => controllersOffline)).toEqual([0, 1]);
  });

  it('list equipment with floor, points and controller', async () => {
    const { body } = await backend.admin.get<{ items: { name: string }[]; nextCursor: string | null }>('/api/v1/equipment?search=vav&limit=1');
    expect(body.items).toMatchObject([{ name: 'VAV 101', brickClass: 'VAV', floor: { level: 1 }, points: 3, controller: null }]);
    const next = await backend.admin.get<{ items: { name: string }[]; nextCursor: string | null }>(`/api/v1/equipment?search=vav&limit=1&cursor=${body.nextCursor ?? ''}`);
    expect(next.body).toMatchObject({ items: [{ name: 'VAV 201' }], nextCursor: null });
  });

  it('make a site, once, in a real time zone', async () => {
    const made = await backend.admin.post<SiteTree>('/api/v1/sites', { name: 'Harbour', timeZone: 'Europe/Copenhagen' });
    expect([made.status, made.body.name, made.body.buildings]).toEqual([201, 'Harbour', []]);
    const again = await backend.admin.post('/api/v1/sites', { name: 'Harbour', timeZone: 'Europe/Copenhagen' });
    expect([again.status, again.body.errors?.[0]?.path]).toEqual([422, 'name']);
    const nowhere = await backend.admin.post('/api/v1/sites', { name: 'Nowhere', timeZone: 'Mars/Olympus' });
    expect([nowhere.status, nowhere.body.errors?.[0]?.path]).toEqual([422, 'timeZone']);
    const technician = await backend.user('technician', { scope: 'building', scopeId: buildingId });
    expect((await technician.post('/api/v1/sites', { name: 'Own', timeZone: 'UTC' })).status).toBe(403);
  });
});
