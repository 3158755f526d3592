import type { Room } from '../house/rooms.js';
import { vavOf } from '../house/equipment.js';
import type { HouseInputs, RoomState } from './house-state.js';

/** How far a drifting sensor is off, in kelvin. */
const DRIFT_K = 2.9;
const STORM_K = 4.5;
const STORM_CO2 = 2400;

/** A room's temperature as its sensor gives it; null from a dead one. */
export function sensedTemperature(room: Room, { air }: RoomState, { faults }: Pick<HouseInputs, 'faults'>): number | null {
  const vav = vavOf(room);
  if (faults.has(`dead-sensor.${vav}`)) return null;
  return air.temperature + (faults.has(`drifting-sensor.${vav}`) ? DRIFT_K : 0);
}

/** What the room's controller reports: in an alarm storm that is not what it senses. */
export function reportedAir(room: Room, state: RoomState, inputs: Pick<HouseInputs, 'faults'>): { temperature: number | null; co2: number } {
  const sensed = sensedTemperature(room, state, inputs);
  if (!inputs.faults.has(`alarm-storm.floor-${room.level}`)) return { temperature: sensed, co2: state.air.co2 };
  return { temperature: sensed === null ? null : sensed + STORM_K, co2: STORM_CO2 };
}
