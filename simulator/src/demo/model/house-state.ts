import { AHUS, EQUIPMENT } from '../house/equipment.js';
import { LIGHTING_GROUPS } from '../house/lighting-groups.js';
import { ROOMS } from '../house/rooms.js';
import type { AirHandler } from './air-handler.js';
import { chance } from './chance.js';
import { METER_TURNS_AT } from './meter.js';
import { peopleIn } from './people.js';
import type { RoomAir } from './room.js';
import type { Vav } from './vav.js';
import type { WaterPlant } from './water.js';
import { type Weather, weatherAt } from './weather.js';

export interface RoomState {
  readonly air: RoomAir;
  readonly vav: Vav;
  readonly people: number;
}

export interface Lamps {
  /** Per cent. */
  readonly level: number;
  readonly hours: number;
}

/** Everything that the house remembers from one step to the next. */
export interface HouseState {
  /** Local time in milliseconds since 1970: what the clocks on its walls show. */
  readonly localMs: number;
  readonly weather: Weather;
  /** By room number. */
  readonly rooms: Readonly<Record<string, RoomState>>;
  /** By the ids of their equipment. */
  readonly lamps: Readonly<Record<string, Lamps>>;
  readonly airHandlers: Readonly<Record<string, AirHandler>>;
  readonly meters: Readonly<Record<string, number>>;
  readonly chiller: WaterPlant;
  readonly boiler: WaterPlant;
}

/** What comes from outside of the model. */
export interface HouseInputs {
  readonly seed: string;
  /** Values that somebody commands, by the point's key. */
  readonly commanded: ReadonlyMap<string, number>;
  /** Faults that are there, as `stuck-valve.VAV-3-12`. */
  readonly faults: ReadonlySet<string>;
}

/** A house that has been running, at an instant of its local time. */
export function standingHouse(localMs: number, seed: string): HouseState {
  const vav: Vav = { integral: 0, damper: 30, reheat: 0, airflow: 0, discharge: 16 };
  const settled = (number: string): RoomAir => ({ temperature: 21.2 + 0.6 * chance(seed, number), co2: 450, humidity: 42 });
  const unit: AirHandler = { supply: 15, speed: 50, mixed: 18, outsideDamper: 30, cooling: 10, heating: 0 };
  // One register stands shortly before it begins again, so that this is seen too.
  const register = (id: string) => (id === 'EM-3P' ? METER_TURNS_AT - 40 : Math.round(chance(seed, id, 'register') * 90_000));
  return {
    localMs,
    weather: weatherAt(localMs, seed),
    rooms: Object.fromEntries(ROOMS.map((room) => [room.number, { air: settled(room.number), vav, people: peopleIn(room, localMs, seed) }])),
    lamps: Object.fromEntries(LIGHTING_GROUPS.map(({ id }) => [id, { level: 0, hours: Math.round(chance(seed, id, 'hours') * 20_000) }])),
    airHandlers: Object.fromEntries(AHUS.map(({ id }) => [id, unit])),
    meters: Object.fromEntries(EQUIPMENT.filter(({ brickClass }) => brickClass === 'Electrical_Meter').map(({ id }) => [id, register(id)])),
    chiller: { temperature: 7, load: 20 },
    boiler: { temperature: 55, load: 20 },
  };
}
