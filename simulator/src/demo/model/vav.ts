import { areaOfRoom, type Room } from '../house/rooms.js';
import { approach, clamp } from './chance.js';
import { seatsIn } from './people.js';
import { AIR_HEAT } from './room.js';

/** A terminal unit: its control loop, damper and reheat coil. Positions in per cent. */
export interface Vav {
  readonly integral: number;
  readonly damper: number;
  readonly reheat: number;
  /** l/s */
  readonly airflow: number;
  /** degC */
  readonly discharge: number;
}

export interface VavInputs {
  /** As the sensor says; null when it says nothing. */
  readonly measured: number | null;
  readonly setpoint: number;
  readonly co2: number;
  readonly supply: number;
  /** 0 to 1: what the air handler has left of its pressure. */
  readonly pressure: number;
  /** A commanded damper position; null leaves it to the loop. */
  readonly damper: number | null;
  readonly isValveStuck: boolean;
}

const MIN_DAMPER = 25;
const HEATING_DAMPER = 50;
const GAIN_PER_K = 0.8;
const RESET_PER_KS = 0.0004;
const CO2_FROM = 780;
const CO2_SPAN = 300;
const REHEAT_WATTS = 80;
const ACTUATOR_S = 45;

/** Air at a wide open damper, in l/s. */
export function designFlow(room: Room): number {
  return 4.5 * areaOfRoom(room) + 14 * seatsIn(room);
}

/** The unit after `dtS` seconds: cools with more air, heats with the coil, lets more air in for people. */
export function stepVav(room: Room, vav: Vav, inputs: VavInputs, dtS: number): Vav {
  const deviation = inputs.measured === null ? 0 : inputs.measured - inputs.setpoint;
  const integral = clamp(vav.integral + RESET_PER_KS * deviation * dtS, -1, 1);
  const demand = clamp(GAIN_PER_K * deviation + integral, -1, 1);
  const forAir = clamp((inputs.co2 - CO2_FROM) / CO2_SPAN, 0, 1) * 100;
  const forHeat = demand > 0 ? MIN_DAMPER + demand * (100 - MIN_DAMPER) : MIN_DAMPER - demand * (HEATING_DAMPER - MIN_DAMPER);
  const damper = approach(vav.damper, inputs.damper ?? Math.max(forAir, forHeat), dtS, ACTUATOR_S);
  const reheat = approach(vav.reheat, inputs.isValveStuck ? 100 : clamp(-demand, 0, 1) * 100, dtS, ACTUATOR_S);
  const airflow = designFlow(room) * (damper / 100) * inputs.pressure;
  const warming = airflow < 1 ? 0 : ((reheat / 100) * REHEAT_WATTS * areaOfRoom(room)) / (airflow * AIR_HEAT);
  return { integral, damper, reheat, airflow, discharge: inputs.supply + Math.min(warming, 30) };
}
