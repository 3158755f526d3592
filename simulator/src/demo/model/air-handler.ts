import { approach, clamp } from './chance.js';
import { AIR_HEAT } from './room.js';

/** An air handler. Temperatures in degC, positions and speeds in per cent. */
export interface AirHandler {
  readonly supply: number;
  readonly speed: number;
  readonly mixed: number;
  readonly outsideDamper: number;
  readonly cooling: number;
  readonly heating: number;
}

export interface AirHandlerInputs {
  readonly setpoint: number;
  readonly isFanOn: boolean;
  readonly isTripped: boolean;
  /** A commanded speed; null leaves it to the pressure loop. */
  readonly speed: number | null;
  /** Air that the terminal units take, and could take at most, in l/s. */
  readonly airflow: number;
  readonly designFlow: number;
  readonly returned: number;
  readonly outside: number;
  /** Whether chilled water is cold enough to cool. */
  readonly canCool: boolean;
}

const LEAST_SPEED = 35;
const RUN_UP_S = 8;
const COIL_LAG_S = 150;
const STANDING_LAG_S = 1500;
const STANDING_TEMPERATURE = 24;
const LEAST_OUTSIDE_AIR = 20;
const VALVE_PER_K = 9;

/** The fan speed that is asked for: commanded, by pressure, or none. */
export function speedCommand({ isFanOn, speed, airflow, designFlow }: AirHandlerInputs): number {
  if (!isFanOn) return 0;
  return speed ?? LEAST_SPEED + (100 - LEAST_SPEED) * clamp(airflow / designFlow, 0, 1);
}

/** How much of the full pressure stands behind the terminal units, 0 to 1. */
export function pressureOf({ speed }: AirHandler): number {
  return clamp(speed / LEAST_SPEED, 0, 1);
}

/** The air handler after `dtS` seconds. */
export function stepAirHandler(unit: AirHandler, inputs: AirHandlerInputs, dtS: number): AirHandler {
  const asked = inputs.isTripped ? 0 : speedCommand(inputs);
  const speed = approach(unit.speed, asked, dtS, RUN_UP_S);
  const { setpoint, outside, returned } = inputs;
  const usable = returned === outside ? 0 : (returned - setpoint) / (returned - outside);
  const outsideDamper = speed < 1 ? 0 : clamp(usable > 0 && outside < returned ? usable * 100 : LEAST_OUTSIDE_AIR, LEAST_OUTSIDE_AIR, 100);
  const mixed = returned + (outsideDamper / 100) * (outside - returned);
  const reachable = inputs.canCool ? setpoint : Math.max(setpoint, mixed);
  const supply = speed < 1 ? approach(unit.supply, STANDING_TEMPERATURE, dtS, STANDING_LAG_S) : approach(unit.supply, reachable, dtS, COIL_LAG_S);
  const isMoving = speed >= 1;
  return {
    ...{ supply, speed, mixed, outsideDamper },
    cooling: isMoving ? clamp((mixed - supply) * VALVE_PER_K, 0, 100) : 0,
    heating: isMoving ? clamp((supply - mixed) * VALVE_PER_K, 0, 100) : 0,
  };
}

/** What the coils take from chilled and hot water, in kW; negative where it heats. */
export function coilLoad({ mixed, supply }: AirHandler, airflow: number): number {
  return (airflow * AIR_HEAT * (mixed - supply)) / 1000;
}

/** kW of the fan. */
export function fanPower({ speed }: AirHandler, designFlow: number): number {
  return (designFlow / 1000) * 2.2 * (speed / 100) ** 2.5;
}
