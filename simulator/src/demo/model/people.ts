import { areaOfRoom, type Room, type RoomUse } from '../house/rooms.js';
import { chance } from './chance.js';
import { hourOf } from './weather.js';

const SEATS_PER_SQUARE_METRE: Readonly<Record<RoomUse, number>> = {
  ...{ office: 0.08, openOffice: 0.09, meeting: 0.28, laboratory: 0.06, library: 0.1, canteen: 0.3 },
  ...{ kitchen: 0.06, lobby: 0.05, store: 0.01, server: 0, corridor: 0.01, plant: 0 },
};

/** Share of the seats that are taken, by hour: `[from, to, share]`; outside nobody is there. */
type Hours = readonly (readonly [number, number, number])[];
const WORK: Hours = [[7, 8, 0.15], [8, 9, 0.45], [9, 12, 0.75], [12, 13, 0.3], [13, 17, 0.7], [17, 18, 0.35], [18, 20, 0.08]];
const MEETINGS: Hours = [[9, 10, 0.5], [10, 12, 0.6], [13, 15, 0.55], [15, 17, 0.4]];
const HOURS: Readonly<Record<RoomUse, Hours>> = {
  ...{ office: WORK, openOffice: WORK, laboratory: WORK, meeting: MEETINGS, library: [[9, 12, 0.4], [12, 18, 0.5], [18, 22, 0.25]] },
  ...{ canteen: [[7, 11, 0.1], [11, 12, 0.35], [12, 14, 0.7], [14, 17, 0.1]], kitchen: [[6, 15, 0.8]] },
  ...{ lobby: [[7, 20, 0.3]], store: [[8, 18, 0.3]], server: [], corridor: [[7, 19, 0.4]], plant: [] },
};
const WEEKEND_SHARE = 0.06;
const DAY_MS = 86_400_000;
const SITTING_MS = 30 * 60_000;

export function seatsIn(room: Room): number {
  return Math.round(SEATS_PER_SQUARE_METRE[room.use] * areaOfRoom(room));
}

/** How many people are in a room: by its use, the hour and the day of the week, and by chance that changes every half hour. */
export function peopleIn(room: Room, localMs: number, seed: string): number {
  const hour = hourOf(localMs);
  const weekday = (Math.floor(localMs / DAY_MS) + 4) % 7;
  const share = HOURS[room.use].find(([from, to]) => hour >= from && hour < to)?.[2] ?? 0;
  const usual = share * (weekday === 0 || weekday === 6 ? WEEKEND_SHARE : 1) * seatsIn(room);
  const offset = chance(seed, room.number) * SITTING_MS;
  const sitting = Math.floor((localMs + offset) / SITTING_MS);
  const luck = chance(seed, room.number, sitting);
  // A meeting takes place or not; elsewhere somebody comes or goes.
  const here = room.use === 'meeting' ? (luck < share ? 0.35 + chance(sitting, room.number) * 0.55 : 0) * seatsIn(room) * (usual > 0 ? 1 : 0) : usual * (0.6 + 0.8 * luck);
  const isWeekendMeeting = room.use === 'meeting' && (weekday === 0 || weekday === 6);
  return isWeekendMeeting ? 0 : Math.min(seatsIn(room), Math.floor(here + chance(sitting, seed, room.number, 'rest')));
}
