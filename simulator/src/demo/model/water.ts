import { approach, clamp } from './chance.js';

/** A chiller or boiler with its loop. `temperature` of the water that leaves it. */
export interface WaterPlant {
  readonly temperature: number;
  /** Per cent of what it can do. */
  readonly load: number;
}

export interface WaterInputs {
  readonly setpoint: number;
  readonly isEnabled: boolean;
  /** kW that the coils take. */
  readonly demand: number;
  readonly capacity: number;
  /** Where the water drifts while nothing runs. */
  readonly standing: number;
}

const LOOP_LAG_S = 240;
const STANDING_LAG_S = 2400;

/** The plant after `dtS` seconds: holds its setpoint while enabled. */
export function stepWater(plant: WaterPlant, { setpoint, isEnabled, demand, capacity, standing }: WaterInputs, dtS: number): WaterPlant {
  const load = isEnabled ? clamp((demand / capacity) * 100, 4, 100) : 0;
  return {
    temperature: isEnabled ? approach(plant.temperature, setpoint, dtS, LOOP_LAG_S) : approach(plant.temperature, standing, dtS, STANDING_LAG_S),
    load: approach(plant.load, load, dtS, LOOP_LAG_S),
  };
}
