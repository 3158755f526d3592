import { AHUS, EQUIPMENT, type Equipment, type PointSpec, VAVS } from './equipment.js';
import { FLOOR_NAMES } from './rooms.js';

/** What can be made to go wrong in Cupola House. */
export const FAULTS = ['stuck-valve', 'drifting-sensor', 'dead-sensor', 'fan-trip', 'controller-dropout', 'gateway-cut', 'alarm-storm'] as const;
export type Fault = (typeof FAULTS)[number];

/** A fault at the place where it happens: the id of equipment, or `floor-3`. */
export interface FaultPlace {
  readonly fault: Fault;
  readonly target: string;
}

const FLOORS = FLOOR_NAMES.map((_, level) => `floor-${level}`);
const TARGETS: Readonly<Record<Fault, readonly string[]>> = {
  'stuck-valve': VAVS.map(({ id }) => id),
  'drifting-sensor': VAVS.map(({ id }) => id),
  'dead-sensor': VAVS.map(({ id }) => id),
  'fan-trip': AHUS.map(({ id }) => id),
  'controller-dropout': EQUIPMENT.map(({ id }) => id),
  'gateway-cut': FLOORS,
  'alarm-storm': FLOORS,
};

const WORDS: Readonly<Record<Fault, string>> = {
  'stuck-valve': 'Stuck reheat valve',
  'drifting-sensor': 'Drifting temperature sensor',
  'dead-sensor': 'Dead temperature sensor',
  'fan-trip': 'Supply fan trip',
  'controller-dropout': 'Controller dropout',
  'gateway-cut': 'Network of the floor cut',
  'alarm-storm': 'Alarm storm',
};

export const FAULT_PLACES: readonly FaultPlace[] = FAULTS.flatMap((fault) => TARGETS[fault].map((target) => ({ fault, target })));

/** The part of a fault's key after the desk's id: `stuck-valve.VAV-3-12`. */
export function faultSuffix({ fault, target }: FaultPlace): string {
  return `${fault}.${target}`;
}

export const DESK_ID = 'Simulation-desk';
export const SPEED_SUFFIX = 'speed';

/** The desk from which the simulation is led: its points are commanded like all others, with an owner and an end. */
export function simulationDesk(restingSpeed: number): Equipment {
  const speed: PointSpec = { suffix: SPEED_SUFFIX, label: 'Simulation speed', brickClass: 'Simulation_Speed_Setpoint', rest: restingSpeed };
  const faults = FAULT_PLACES.map((place): PointSpec => ({ suffix: faultSuffix(place), label: `${WORDS[place.fault]}: ${place.target}`, brickClass: 'Simulated_Fault_Command' }));
  return { id: DESK_ID, brickClass: 'Simulation_Equipment', points: [speed, ...faults], level: null, room: null, feeds: [] };
}
