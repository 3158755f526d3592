/** What a room is for: decides people, lamps and loads. */
export type RoomUse = 'office' | 'openOffice' | 'meeting' | 'laboratory' | 'library' | 'canteen' | 'kitchen' | 'lobby' | 'store' | 'server' | 'corridor' | 'plant';

export type Facade = 'north' | 'east' | 'south' | 'west';

export interface Room {
  /** `3.12`: unique in the building. */
  readonly number: string;
  /** As people call it: `3.12 Meeting`. */
  readonly name: string;
  readonly level: number;
  readonly use: RoomUse;
  /** Left, top, right, bottom in plan units; none overlaps another. */
  readonly box: readonly [number, number, number, number];
  readonly facades: readonly Facade[];
}

/** Plans are this many units large; a unit is five centimetres. */
export const PLAN = { width: 776, height: 596, margin: 8, metresPerUnit: 0.05 } as const;
const RIGHT = 760;
const BOTTOM = 580;

type Row = readonly [name: string, use: RoomUse, left: number, top: number, right: number, bottom: number];

/** Every floor's rooms as they lie: north above. Corridor C runs from west to east, the cores stand north of it. */
const ROWS: readonly (readonly Row[])[] = [
  [
    ['01 Entrance hall', 'lobby', 0, 0, 250, 270], ['02 Reception', 'office', 250, 0, 340, 155], ['03 Post room', 'store', 340, 0, 430, 155],
    ['04 Cloakroom', 'store', 250, 155, 430, 270], ['05 Lounge', 'lobby', 430, 0, 760, 183], ['06 Security', 'office', 610, 183, 760, 270],
    ['07 Canteen', 'canteen', 0, 397, 400, 580], ['08 Serving', 'canteen', 400, 397, 540, 580], ['09 Kitchen', 'kitchen', 540, 397, 760, 580],
  ],
  [
    ['01 Reading room', 'library', 0, 0, 320, 270], ['02 Study', 'office', 320, 0, 430, 130], ['03 Study', 'office', 320, 130, 430, 270],
    ['04 Stacks north', 'library', 430, 0, 760, 183], ['05 Archive', 'store', 610, 183, 760, 270], ['06 Media room', 'meeting', 0, 397, 170, 580],
    ['07 Group study', 'meeting', 170, 397, 320, 580], ['08 Stacks south', 'library', 320, 397, 610, 580], ['09 Librarians', 'office', 610, 397, 760, 580],
  ],
  [
    ['01 Chemistry', 'laboratory', 0, 0, 250, 270], ['02 Preparation', 'laboratory', 250, 0, 340, 155], ['03 Balance room', 'laboratory', 340, 0, 430, 155],
    ['04 Instruments', 'laboratory', 430, 0, 760, 183], ['05 Store', 'store', 250, 155, 430, 270], ['06 Gas store', 'store', 610, 183, 760, 270],
    ['07 Biology', 'laboratory', 0, 397, 200, 580], ['08 Microscopy', 'laboratory', 200, 397, 320, 580], ['09 Laboratory office', 'office', 320, 397, 440, 580],
    ['10 Physics', 'laboratory', 440, 397, 640, 580], ['11 Optics', 'laboratory', 640, 397, 760, 580],
  ],
  [
    ['01 Open office west', 'openOffice', 0, 0, 250, 270], ['02 Office', 'office', 250, 0, 340, 155], ['03 Office', 'office', 340, 0, 430, 155],
    ['04 Open office north', 'openOffice', 430, 0, 760, 183], ['05 Office', 'office', 250, 155, 340, 270], ['06 Office', 'office', 340, 155, 430, 270],
    ['10 Server', 'server', 610, 183, 760, 270], ['07 Office', 'office', 0, 397, 120, 580], ['08 Office', 'office', 120, 397, 240, 580],
    ['09 Board room', 'meeting', 240, 397, 438, 580], ['12 Meeting', 'meeting', 438, 397, 608, 580], ['13 Office', 'office', 608, 397, 760, 580],
  ],
  [
    ['01 Open office west', 'openOffice', 0, 0, 250, 270], ['02 Office', 'office', 250, 0, 340, 155], ['03 Office', 'office', 340, 0, 430, 155],
    ['04 Open office east', 'openOffice', 430, 0, 760, 183], ['05 Copy room', 'store', 250, 155, 430, 270], ['06 Quiet room', 'office', 610, 183, 760, 270],
    ['07 Meeting', 'meeting', 0, 397, 150, 580], ['08 Office', 'office', 150, 397, 270, 580], ['09 Office', 'office', 270, 397, 390, 580],
    ['10 Office', 'office', 390, 397, 510, 580], ['11 Meeting', 'meeting', 510, 397, 640, 580], ['12 Office', 'office', 640, 397, 760, 580],
  ],
  [
    ['01 Air handling plant', 'plant', 0, 0, 430, 270], ['02 Chiller plant', 'plant', 430, 0, 760, 183], ['03 Boiler room', 'plant', 610, 183, 760, 270],
    ['04 Electrical room', 'plant', 0, 397, 250, 580], ['05 Workshop', 'office', 250, 397, 500, 580], ['06 Control room', 'office', 500, 397, 760, 580],
  ],
];

export const FLOOR_NAMES = ['Entrance and canteen', 'Library', 'Laboratories', 'Offices and meeting', 'Offices east', 'Roof plant'] as const;

/** All rooms of Cupola House, floor by floor, corridors last. */
export const ROOMS: readonly Room[] = ROWS.flatMap((rows, level) => [
  ...rows.map(([name, use, ...box]) => roomAt(level, name, use, box)),
  roomAt(level, 'C Corridor', 'corridor', [0, 270, RIGHT, 397]),
]);

function roomAt(level: number, name: string, use: RoomUse, box: Room['box']): Room {
  const [left, top, right, bottom] = box;
  const facades: Facade[] = [
    ...(top === 0 ? (['north'] as const) : []),
    ...(right === RIGHT ? (['east'] as const) : []),
    ...(bottom === BOTTOM ? (['south'] as const) : []),
    ...(left === 0 ? (['west'] as const) : []),
  ];
  return { number: `${level}.${name.split(' ')[0] ?? ''}`, name: `${level}.${name}`, level, use, box, facades };
}

/** Floor area in square metres. */
export function areaOfRoom({ box: [left, top, right, bottom] }: Room): number {
  return (right - left) * (bottom - top) * PLAN.metresPerUnit ** 2;
}

/** Rooms with a terminal unit of their own: all but plant rooms, which look after themselves, and the server room, which has its cooler. */
export function isConditioned({ use }: Room): boolean {
  return use !== 'plant' && use !== 'server';
}
