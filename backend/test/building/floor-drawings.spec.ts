import type { FloorDetail, FloorDrawing, Problem, SiteTree } from '@cupola/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { HOUSE, importModel } from './models.js';

const QUERY = 'site=Drawn&unitSystem=metric';
const ROOM = 'urn:example:house#RM101_room';
const DRAWING: FloorDrawing = {
  ...{ width: 200, height: 100, wall: [[0, 0], [200, 0], [200, 100], [0, 100]] },
  spaces: [{ sourceId: ROOM, outline: [[10, 10], [90, 10], [90, 60], [10, 60]] }],
  doors: [{ hinge: [20, 60], latch: [29, 60], opens: 'left' }],
  cores: [{ kind: 'lift', outline: [[100, 40], [120, 40], [120, 60], [100, 60]] }],
};

let backend: TestBackend;
let buildingId: string;
let floors: SiteTree['buildings'][number]['floors'];
beforeAll(async () => {
  backend = await startBackend();
  buildingId = await importModel(backend.admin, HOUSE, QUERY);
  const { body } = await backend.admin.get<{ items: SiteTree[] }>('/api/v1/sites');
  floors = body.items[0]?.buildings[0]?.floors ?? [];
});
afterAll(() => backend.close());

const [LOWER, UPPER] = [0, 1];
const planOf = (level: number) => `/api/v1/floors/${floors[level]?.id ?? ''}/plan`;
const floorAt = async (level: number) => (await backend.admin.get<FloorDetail>(`/api/v1/floors/${floors[level]?.id ?? ''}`)).body;

describe('drawing a floor', () => {
  it('shows generated plans without wall, doors and cores', async () => {
    expect((await floorAt(UPPER)).plan).toEqual({ width: 780, height: 632, generated: true, wall: null, doors: [], cores: [] });
  });

  it('replaces the generated plan, is audited, and survives another import', async () => {
    expect((await backend.admin.put(planOf(LOWER), DRAWING)).status).toBe(204);
    const { spaces, ...plan } = DRAWING;
    const expected = { plan: { ...plan, generated: false }, spaces: [{ name: '101', outline: spaces[0]?.outline }] };
    expect(await floorAt(LOWER)).toMatchObject(expected);
    expect(await backend.database.query(`SELECT target, result FROM audit_records WHERE operation = 'floor.draw'`)).toEqual([{ target: 'Floor 1, House', result: 'done' }]);

    const grown = `${HOUSE.replace('rdfs:label "Zone setpoint"', 'rdfs:label "Wanted"')}:RM102_room a brick:Room ; brick:isPartOf :floor1 .`;
    expect(await importModel(backend.admin, grown, QUERY)).toBe(buildingId);
    expect(await floorAt(LOWER)).toMatchObject(expected);

    expect((await backend.admin.put(planOf(LOWER), { ...DRAWING, spaces: [] })).status).toBe(204);
    expect((await floorAt(LOWER)).spaces).toEqual([]);
  });

  it('takes a room off the drawing of a floor that it leaves', async () => {
    await backend.admin.put(planOf(LOWER), DRAWING);
    await backend.admin.put(planOf(UPPER), { ...DRAWING, spaces: [] });
    await importModel(backend.admin, HOUSE.replace(':RM101_room a brick:Room ; brick:isPartOf :floor1', ':RM101_room a brick:Room ; brick:isPartOf :floor2'), QUERY);
    expect([(await floorAt(LOWER)).spaces, (await floorAt(UPPER)).spaces]).toEqual([[], []]);
    await importModel(backend.admin, HOUSE, QUERY);
    expect((await floorAt(LOWER)).spaces).toEqual([]);
  });

  it.each<[string, Partial<FloorDrawing>, string, string]>([
    ['a room of another floor', { spaces: [{ sourceId: ROOM, outline: DRAWING.wall }] }, 'PLAN_SPACE_UNKNOWN', 'spaces.0.sourceId'],
    ['a wall beyond the plan', { width: 150 }, 'PLAN_OUTSIDE', 'wall'],
    ['a crossed outline', { wall: [[0, 0], [9, 9], [9, 0], [0, 9]] }, 'PLAN_OUTLINE_CROSSED', 'wall'],
    ['a door without a leaf', { doors: [{ hinge: [1, 1], latch: [1, 1], opens: 'left' }] }, 'PLAN_DOOR_DEGENERATE', 'doors.0'],
    ['two corners', { wall: [[0, 0], [9, 9]] }, 'VALIDATION_FAILED', 'wall'],
  ])('refuses %s and changes nothing', async (_what, change, code, path) => {
    const before = await floorAt(UPPER);
    const refused = await backend.admin.put<Problem>(planOf(UPPER), { ...DRAWING, spaces: [], ...change });
    expect([refused.status, refused.body.code, refused.body.errors?.[0]?.path]).toEqual([422, code, path]);
    expect(await floorAt(UPPER)).toEqual(before);
  });

  it('is for those who may, where they may', async () => {
    const technician = await backend.user('technician', { scope: 'floor', scopeId: floors[UPPER]?.id ?? '' });
    expect((await technician.put(planOf(UPPER), { ...DRAWING, spaces: [] })).status).toBe(204);
    expect((await technician.put(planOf(LOWER), DRAWING)).body.code).toBe('NOT_FOUND');
    const operator = await backend.user('operator');
    expect((await operator.put(planOf(UPPER), { ...DRAWING, spaces: [] })).body.code).toBe('FORBIDDEN');
  });
});
