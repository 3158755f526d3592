import type { FoundZone } from '@cupola/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, startBackend, type TestBackend } from '../harness.js';
import { HOUSE, importModel } from './models.js';

let backend: TestBackend;
let floors: { id: string; name: string }[];
beforeAll(async () => {
  backend = await startBackend();
  await importModel(backend.admin, HOUSE, 'site=North&building=North%20House&unitSystem=metric');
  await importModel(backend.admin, HOUSE, 'site=South&building=South%20House&unitSystem=metric');
  const { body } = await backend.admin.get<{ items: { name: string; buildings: { floors: { id: string; name: string }[] }[] }[] }>('/api/v1/sites');
  floors = body.items.find(({ name }) => name === 'North')?.buildings[0]?.floors ?? [];
});
afterAll(() => backend.close());

const find = async (search: string, api: ApiClient = backend.admin, limit = 20) =>
  (await api.get<{ items: FoundZone[] }>(`/api/v1/zones?search=${encodeURIComponent(search)}&limit=${limit}`)).body.items;
const named = (zones: readonly FoundZone[]) => zones.map(({ name, floor, building }) => `${name}, ${floor.name}, ${building.name}`).sort();

describe('the search for zones', () => {
  it('finds each word in the names of zone, floor or building, no more than is asked for', async () => {
    const all = await find('house');
    expect(all).toHaveLength(4);
    const [one] = all;
    expect(named(await find(`${one?.name} ${one?.building.name}`))).toEqual(named(all.filter(({ name, building }) => name === one?.name && building.id === one.building.id)));
    expect(await find('house', backend.admin, 3)).toHaveLength(3);
    expect(await find('100%_')).toEqual([]);
  });

  it('shows a person of one floor that floor alone', async () => {
    const [floor] = floors;
    const viewer = await backend.user('viewer', { scope: 'floor', scopeId: floor?.id ?? '' });
    const seen = await find('house', viewer);
    expect([seen.length, new Set(seen.map((zone) => zone.floor.id))]).toEqual([1, new Set([floor?.id])]);
  });

  it('finds points by the zone they belong to', async () => {
    const [zone] = await find('north');
    const { body } = await backend.admin.get<{ items: { zone: { id: string } | null }[] }>(`/api/v1/points?search=${encodeURIComponent(zone?.name ?? '')}&limit=50`);
    expect(body.items.some((point) => point.zone?.id === zone?.id)).toBe(true);
  });
});
