import type { FloorDetail, PlantDetail, Point, SiteTree } from '@cupola/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { importModel, realModel, resolved, sendModel } from './models.js';

const BLDG1 = realModel('bldg1/bldg1.ttl');
const GTC = realModel('models/gtc.ttl');

describe.skipIf(BLDG1 === null)('the university building', () => {
  let backend: TestBackend;
  let buildingId: string;
  let tree: SiteTree['buildings'][number];
  const turtle = BLDG1 ?? '';

  beforeAll(async () => {
    backend = await startBackend();
    buildingId = await importModel(backend.admin, turtle, 'site=University&unitSystem=imperial&timeZone=America/Los_Angeles');
    const { body } = await backend.admin.get<{ items: SiteTree[] }>('/api/v1/sites');
    tree = body.items[0]?.buildings[0] as SiteTree['buildings'][number];
  });
  afterAll(() => backend.close());

  it('has 7 floors, 386 rooms, 401 pieces of equipment and 1,691 points', () => {
    expect(tree.floors.map(({ name, level, spaces }) => [name, level, spaces])).toEqual([
      ...[['Floor 0', 0, 79], ['Floor 1', 1, 96], ['Floor 2', 2, 99], ['Floor 3', 3, 108]],
      ...[['Floor 5', 5, 1], ['Floor 6', 6, 2], ['Floor 9', 9, 1]],
    ]);
    expect(tree).toMatchObject({ id: buildingId, equipment: 401, points: 1691, plantPoints: 116 });
  });

  it('counts classes, and warns of its one point without equipment, which the building gets', async () => {
    const { body } = await sendModel(backend.admin, turtle, 'site=Elsewhere&unitSystem=imperial');
    expect(body.counts).toEqual({ floors: 7, spaces: 386, zones: 386, equipment: 401, points: 1691, controllers: 0 });
    expect(body.equipmentByClass).toEqual({ VAV: 386, Air_Handler_Unit: 14, Chiller: 1 });
    expect(body.findings).toEqual([expect.objectContaining({ severity: 'warning', code: 'POINT_WITHOUT_EQUIPMENT', subject: 'bldg1_Electricity_Demand_kBtu' })]);
    const plant = await backend.admin.get<PlantDetail>(`/api/v1/buildings/${buildingId}/plant`);
    expect(plant.body.points.filter(({ equipment }) => equipment === null).map(({ key, unit }) => [key, unit])).toEqual([['bldg1_Electricity_Demand_kBtu', 'kBtu']]);
    expect(plant.body.points.find(({ key }) => key === 'bldg1_ChilledWater_Demand_kBtu')?.equipment?.name).toBe('Chiller');
  });

  it('changes nothing when the same model comes again', async () => {
    const { body } = await sendModel(backend.admin, turtle, 'site=University&unitSystem=imperial');
    expect(body.diff).toEqual({ added: 0, changed: 0, unchanged: 7 + 386 + 386 + 401 + 1691, missing: 0 });
  });

  it('finds a point by the name of its room, by key and by source id, with the unit of its class', async () => {
    const sourceId = 'http://buildsys.org/ontologies/BLDG1#BLDG1.ZONE.AHU04A.RM243C_LAB.Zone_Air_Temp_Setpoint';
    const { body } = await backend.admin.get<{ items: Point[] }>(`/api/v1/points?search=${encodeURIComponent(sourceId)}`);
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({
      ...{ key: 'BLDG1.ZONE.AHU04A.RM243C_LAB.Zone_Air_Temp_Setpoint', label: 'Zone Air Temp Setpoint', sourceId },
      ...{ kind: 'analog', function: 'setpoint', unit: 'degF', writable: true, min: 55, max: 85 },
      ...{ value: null, quality: 'UNKNOWN', ageMs: null, controller: null },
      ...{ floor: { name: 'Floor 2', level: 2 }, zone: { name: '243C' }, equipment: { name: 'VAV 243C', brickClass: 'VAV' } },
    });
    const words = await backend.admin.get<{ items: Point[] }>('/api/v1/points?search=rm243c%20reheat');
    expect(words.body.items.map(({ key }) => key)).toEqual(['BLDG1.ZONE.AHU04A.RM243C_LAB.Zone_Reheat_Valve_Command']);
  });

  it('draws every room of every floor once, each large enough on the fullest floor', async () => {
    const third = tree.floors.find(({ level }) => level === 3);
    const { body } = await backend.admin.get<FloorDetail>(`/api/v1/floors/${third?.id ?? ''}`);
    expect(body.spaces).toHaveLength(108);
    expect(body.zones).toHaveLength(108);
    expect(body.points).toHaveLength(443);
    expect(body.plan.generated).toBe(true);
    for (const { outline } of body.spaces) {
      const [a, , c] = outline as [[number, number], [number, number], [number, number]];
      expect(c[0] - a[0]).toBeGreaterThanOrEqual(62);
      expect(c[1] - a[1]).toBeGreaterThanOrEqual(52);
    }
    expect(body.spaces.every(({ name, zoneIds }) => /^\d/.test(name) && zoneIds.length === 1)).toBe(true);
  });

  it('pages through all points without a gap or a repetition', async () => {
    const keys: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const path: string = `/api/v1/points?limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { body } = await backend.admin.get<{ items: Point[]; nextCursor: string | null }>(path);
      keys.push(...body.items.map(({ key }) => key));
      cursor = body.nextCursor;
    }
    expect(keys).toHaveLength(1691);
    expect(new Set(keys).size).toBe(1691);
  });
});

describe.skipIf(GTC === null)('the Green Tech Center', () => {
  it('is stored whole, and comes again without a change', async () => {
    const backend = await startBackend();
    try {
      await importModel(backend.admin, GTC ?? '', 'site=Vejle&unitSystem=metric');
      const { body } = await backend.admin.get<{ items: SiteTree[] }>('/api/v1/sites');
      expect(body.items[0]?.buildings[0]?.floors.map(({ spaces }) => spaces)).toEqual([23, 19, 19]);
      const again = await sendModel(backend.admin, GTC ?? '', 'site=Vejle&unitSystem=metric');
      expect(again.body.diff).toMatchObject({ added: 0, changed: 0, missing: 0 });
    } finally {
      await backend.close();
    }
  });

  it('has 3 floors, 61 rooms, 54 lighting zones and 12 VAVs, and no error', async () => {
    const { model, findings, controllers } = await resolved(GTC ?? '');
    expect(model.name).toBe('GreenTech Center in Vejle, Denmark');
    expect(model.floors.map(({ level }) => level)).toEqual([0, 1, 2]);
    expect(model.spaces).toHaveLength(61);
    expect(model.zones.filter(({ kind }) => kind === 'lighting')).toHaveLength(54);
    expect(model.equipment.filter(({ brickClass }) => brickClass === 'VAV')).toHaveLength(12);
    expect(model.equipment.filter(({ brickClass }) => brickClass === 'LEDGO_Lighting_System')).toHaveLength(249);
    expect(model.equipment.filter(({ brickClass }) => brickClass === 'Radiator')).toHaveLength(114);
    expect(controllers).toBe(12);
    expect(findings.hasErrors).toBe(false);
    expect(new Set(findings.list().map(({ code }) => code))).toEqual(
      new Set([
        ...['UNKNOWN_CLASS', 'WITHOUT_CLASS', 'FLOOR_FROM_METER', 'FLOOR_FROM_NAME', 'FLOOR_CONTRADICTED', 'EQUIPMENT_AS_POINT'],
        ...['CLASS_WITHOUT_UNIT', 'POINT_WITHOUT_EQUIPMENT', 'POINT_SHARED', 'POINT_WITH_POINTS'],
      ]),
    );
  });

  it('reads submeters as points of their floor, dampers as equipment, and degrees Celsius where the class says so', async () => {
    const { model } = await resolved(GTC ?? '', 'imperial');
    const submeters = model.points.filter(({ brickClass }) => brickClass === 'Electrical_Energy_Meter');
    expect(submeters).toHaveLength(10);
    expect(submeters.every(({ floor, equipment, unit }) => floor !== null && equipment === null && unit === 'kWh')).toBe(true);
    expect(model.equipment.filter(({ brickClass }) => brickClass === 'Damper')).toHaveLength(224);
    const setpoint = model.points.find(({ key }) => key === 'building:gtc/rooms/1.A.1/temperature_setpoint_comfort1');
    expect(setpoint).toMatchObject({ unit: 'degC', min: 12, max: 30, label: 'Comfort temperature setpoint 1' });
    const dimmer = model.points.find(({ key }) => key === 'building:gtc/rooms/1.A.1/lighting_zone/0_command');
    expect(dimmer).toMatchObject({ unit: '%', label: 'Luminance Command -W9018', writable: true });
    expect(model.zones.find(({ sourceId }) => sourceId === dimmer?.zone)?.name).toBe('Lighting 1.A.1');
  });
});
