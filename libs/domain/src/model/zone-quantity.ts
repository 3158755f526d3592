import type { PointFunction } from '../points/words.js';

/** What people want to see of rooms, in the order in which it is offered. */
export const ZONE_QUANTITIES = [
  'temperature', 'humidity', 'co2', 'illuminance', 'light', 'occupancy', 'power', 'energy', 'supplyAir', 'airflow', 'valve', 'damper',
] as const;
export type ZoneQuantity = (typeof ZONE_QUANTITIES)[number];

/** What tells what a point stands for. */
export interface NamedPoint {
  function: PointFunction;
  /** Local name of its Brick class. */
  brickClass: string | null;
  label: string;
}

type Rule = (className: string, point: NamedPoint) => boolean;

const measures = (pattern: RegExp): Rule => (className, point) => point.function !== 'setpoint' && pattern.test(className);
const senses = (pattern: RegExp): Rule => (className, point) => point.function === 'sensor' && pattern.test(className);
const NOT_THE_ROOM = /supply|discharge|return|outside|mixed|water|exhaust/i;

const RULES: Readonly<Record<ZoneQuantity, Rule>> = {
  temperature: (className, point) => senses(/temperature/i)(className, point) && !NOT_THE_ROOM.test(className),
  humidity: (className, point) => measures(/humidity/i)(className, point) && !NOT_THE_ROOM.test(className),
  co2: (className, point) => measures(/co2|carbon_?dioxide/i)(className, point) && !NOT_THE_ROOM.test(className),
  illuminance: senses(/luminance|illuminance|illumination/i),
  light: measures(/lighting|luminance|luminaire|light|dimming|brightness/i),
  occupancy: measures(/occupan|occupied|motion|\bpir\b/i),
  power: senses(/power|demand/i),
  energy: senses(/energy|electric(al)?_meter/i),
  supplyAir: senses(/(supply|discharge)_air_temperature/i),
  airflow: senses(/air_?flow/i),
  valve: measures(/valve/i),
  damper: measures(/damper/i),
};

function classOf({ brickClass, label }: NamedPoint): string {
  return brickClass ?? label.replace(/\s+/g, '_');
}

/** What a point tells of the zone it belongs to, if any of it: the first rule that fits. */
export function zoneQuantity(point: NamedPoint): ZoneQuantity | undefined {
  const className = classOf(point);
  return ZONE_QUANTITIES.find((quantity) => RULES[quantity](className, point));
}

/** Whether `point` is the setpoint that a zone's temperature is compared with. */
export function isZoneSetpoint(point: NamedPoint): boolean {
  const className = classOf(point);
  return point.function === 'setpoint' && /temperature_setpoint/i.test(className) && !NOT_THE_ROOM.test(className) && !/heating|cooling/i.test(className);
}

/** What a point tells of the weather outside. */
export function weatherQuantity(point: NamedPoint): 'temperature' | 'humidity' | undefined {
  const className = classOf(point);
  if (point.function !== 'sensor' || !/outside|outdoor|weather/i.test(className)) return undefined;
  if (/humidity/i.test(className)) return 'humidity';
  return /temperature/i.test(className) && !/wet_?bulb|dew/i.test(className) ? 'temperature' : undefined;
}
