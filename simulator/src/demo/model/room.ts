import { areaOfRoom, PLAN, type Room, type RoomUse } from '../house/rooms.js';
import type { Weather } from './weather.js';

/** The air of one room. */
export interface RoomAir {
  /** degC */
  readonly temperature: number;
  readonly co2: number;
  readonly humidity: number;
}

/** What acts upon a room during one step. */
export interface RoomLoads {
  readonly weather: Weather;
  readonly people: number;
  /** W */
  readonly lighting: number;
  /** Supply air in l/s and degC. */
  readonly airflow: number;
  readonly discharge: number;
}

/** Of air, furniture and the surface of the walls, in J per square metre and kelvin. */
const CAPACITY = 45_000;
/** J per litre of air and kelvin. */
export const AIR_HEAT = 1.2;
const HEIGHT_M = 3;
const FACADE_LOSS = 0.8;
/** What gets through glass and blinds of a facade. */
const SUN_SHARE = 0.08;
/** Walls, floor and ceiling to the rest of the house. */
const INNER_LOSS = 0.6;
const HOUSE_TEMPERATURE = 22;
const WATTS_PER_PERSON = 95;
const PLUG_PER_PERSON: Readonly<Partial<Record<RoomUse, number>>> = { office: 110, openOffice: 110, laboratory: 180, meeting: 25 };
const PLUG_PER_SQUARE_METRE: Readonly<Partial<Record<RoomUse, number>>> = { laboratory: 7, kitchen: 9, store: 2, office: 4, openOffice: 4 };
/** Litres of CO2 a second that one person breathes out. */
const BREATH = 0.0052;
const OUTSIDE_CO2 = 420;
const LEAK_PER_SECOND = 0.1 / 3600;

/** What is plugged in, in watts. */
export function plugLoad(room: Room, people: number): number {
  return people * (PLUG_PER_PERSON[room.use] ?? 0) + areaOfRoom(room) * (PLUG_PER_SQUARE_METRE[room.use] ?? 3);
}

/** The room after `dtS` seconds. */
export function stepRoom(room: Room, air: RoomAir, loads: RoomLoads, dtS: number): RoomAir {
  const area = areaOfRoom(room);
  const { temperature, co2, humidity } = air;
  const { weather, people, lighting, airflow, discharge } = loads;
  const facade = facadeWatts(room, weather, temperature);
  const inside = people * WATTS_PER_PERSON + lighting + plugLoad(room, people) + INNER_LOSS * area * (HOUSE_TEMPERATURE - temperature);
  const watts = facade + inside + airflow * AIR_HEAT * (discharge - temperature);
  const litres = area * HEIGHT_M * 1000;
  const changes = airflow / litres + LEAK_PER_SECOND;
  const wetness = 34 + 0.16 * weather.humidity + people / Math.max(1, area / 20);
  return {
    temperature: temperature + (watts / (CAPACITY * area)) * dtS,
    co2: co2 + ((people * BREATH * 1e6) / litres - changes * (co2 - OUTSIDE_CO2)) * dtS,
    humidity: humidity + ((wetness - humidity) / 2400) * dtS,
  };
}

function facadeWatts({ facades, box: [left, top, right, bottom] }: Room, weather: Weather, temperature: number): number {
  return facades.reduce((sum, facade) => {
    const length = facade === 'north' || facade === 'south' ? right - left : bottom - top;
    const surface = length * PLAN.metresPerUnit * HEIGHT_M;
    return sum + surface * (SUN_SHARE * weather.sun[facade] + FACADE_LOSS * (weather.temperature - temperature));
  }, 0);
}
