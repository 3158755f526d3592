import { z } from 'zod';
import { localTime } from './local-time.js';
import type { HouseState } from './model/house-state.js';
import { weatherAt } from './model/weather.js';

const number = z.number();
const room = z.object({
  air: z.object({ temperature: number, co2: number, humidity: number }),
  vav: z.object({ integral: number, damper: number, reheat: number, airflow: number, discharge: number }),
  people: number,
});
const airHandler = z.object({ supply: number, speed: number, mixed: number, outsideDamper: number, cooling: number, heating: number });
const water = z.object({ temperature: number, load: number });

/** The house as it was at an instant of real time: it goes on from there. Clock and weather are those of the day on which it does. */
export const keptHouse = z.object({
  at: z.number(),
  rooms: z.record(z.string(), room),
  lamps: z.record(z.string(), z.object({ level: number, hours: number })),
  airHandlers: z.record(z.string(), airHandler),
  meters: z.record(z.string(), number),
  chiller: water,
  boiler: water,
});
export type KeptHouse = z.infer<typeof keptHouse>;

export function keep({ rooms, lamps, airHandlers, meters, chiller, boiler }: HouseState, at: number): KeptHouse {
  return { at, rooms, lamps, airHandlers, meters, chiller, boiler };
}

/** `standing` with what is known of it; what was built since then stands as it does in a new house. */
export function takeUp(standing: HouseState, { at, rooms, lamps, airHandlers, meters, chiller, boiler }: KeptHouse, seed: string): HouseState {
  const localMs = localTime(at);
  return {
    ...{ localMs, weather: weatherAt(localMs, seed), chiller, boiler },
    rooms: { ...standing.rooms, ...rooms },
    lamps: { ...standing.lamps, ...lamps },
    airHandlers: { ...standing.airHandlers, ...airHandlers },
    meters: { ...standing.meters, ...meters },
  };
}
