import type { FloorDetail, Point, PointDetail } from '@cupola/contracts';

const idOf = (n: number) => `b0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const SITE = { id: idOf(1), name: 'Campus' };
const BUILDING = { id: idOf(2), name: 'BLDG1' };
const FLOOR = { id: idOf(3), name: 'Floor 3', level: 3 };

export function aPoint(n: number, change: Partial<Point> = {}): Point {
  return {
    id: idOf(1000 + n),
    key: `ZNT-${n}`,
    label: `Zone Air Temperature ${n}`,
    sourceId: null,
    kind: 'analog',
    function: 'sensor',
    brickClass: 'Zone_Air_Temperature_Sensor',
    unit: 'degC',
    states: null,
    writable: false,
    min: null,
    max: null,
    resolution: null,
    staleAfterMs: 900_000,
    value: 21.4,
    quality: 'GOOD',
    flags: [],
    sourceTime: '2026-11-23T12:00:00.000Z',
    ageMs: 2000,
    site: SITE,
    building: BUILDING,
    floor: FLOOR,
    zone: null,
    equipment: null,
    controller: { id: idOf(5), name: 'VAV 1', link: 'online' },
    ...change,
  };
}

export function aSetpoint(n: number, change: Partial<PointDetail> = {}): PointDetail {
  return {
    ...aPoint(n, { label: 'Zone Air Temperature Setpoint', function: 'setpoint', brickClass: 'Zone_Air_Temperature_Setpoint', writable: true, min: 16, max: 28, resolution: 0.5, value: 21 }),
    relinquishDefault: 20,
    slots: Array.from({ length: 16 }, (_, at) => ({ level: (at + 1) as PointDetail['slots'][number]['level'], intent: null, reported: null })),
    winner: null,
    hostedAt: '2026-11-23T12:00:00.000Z',
    commands: [],
    mayCommand: true,
    whyNot: null,
    maxOverrideMs: 28_800_000,
    ...change,
  };
}

/** A floor of `count` rooms of 62 x 52 plan units in rows of twelve, each with a zone, a temperature and a setpoint. */
export function aFloor(count: number): FloorDetail {
  const rooms = Array.from({ length: count }, (_, n) => ({ n, left: (n % 12) * 62, top: Math.floor(n / 12) * 52 }));
  const zone = (n: number) => ({ id: idOf(20_000 + n), name: `Zone ${300 + n}A` });
  return {
    ...FLOOR,
    site: { ...SITE, timeZone: 'Europe/Berlin' },
    building: BUILDING,
    plan: { width: 780, height: 632, generated: true, wall: null, doors: [], cores: [] },
    spaces: rooms.map(({ n, left, top }) => ({
      id: idOf(10_000 + n),
      name: `${300 + n}A`,
      outline: [[left, top], [left + 62, top], [left + 62, top + 52], [left, top + 52]],
      zoneIds: [zone(n).id],
    })),
    zones: rooms.map(({ n }) => ({ ...zone(n), kind: 'hvac' as const, equipment: [{ id: idOf(30_000 + n), name: `VAV ${300 + n}A`, brickClass: 'VAV' }] })),
    points: rooms.flatMap(({ n }) => [
      aPoint(n, { zone: zone(n), value: 20 + (n % 5) / 2 }),
      { ...aPoint(5000 + n, { zone: zone(n), label: 'Setpoint', function: 'setpoint', brickClass: 'Zone_Air_Temperature_Setpoint', value: 21 }) },
    ]),
  };
}
