import type { Point } from '@cupola/contracts';
import type { WordKey } from '../../core/words';

export const LAYERS = ['temperature', 'humidity', 'co2', 'light', 'occupancy', 'supplyAir', 'airflow', 'valve', 'damper', 'power'] as const;
export type Layer = (typeof LAYERS)[number];

export const LAYER_WORDS = {
  temperature: 'layer.temperature', humidity: 'layer.humidity', co2: 'layer.co2', light: 'layer.light', occupancy: 'layer.occupancy',
  supplyAir: 'layer.supplyAir', airflow: 'layer.airflow', valve: 'layer.valve', damper: 'layer.damper', power: 'layer.power',
} as const satisfies Record<Layer, WordKey>;

type LayerRule = (className: string, point: Point) => boolean;

const measures = (pattern: RegExp): LayerRule => (className, point) => point.function !== 'setpoint' && pattern.test(className);
const isSupply = /supply|discharge|return|outside|mixed|water|exhaust/i;

const RULES: Record<Layer, LayerRule> = {
  temperature: (className, point) => point.function === 'sensor' && /temperature/i.test(className) && !isSupply.test(className),
  humidity: measures(/humidity/i),
  co2: measures(/co2|carbon_?dioxide/i),
  light: measures(/luminance|illuminance|lighting_level|luminaire|light/i),
  occupancy: measures(/occupan|occupied|motion|\bpir\b/i),
  supplyAir: (className, point) => point.function === 'sensor' && /(supply|discharge)_air_temperature/i.test(className),
  airflow: (className, point) => point.function === 'sensor' && /air_?flow/i.test(className),
  valve: measures(/valve/i),
  damper: measures(/damper/i),
  power: measures(/power|energy/i),
};

/** The layer on which a point is shown, if any: the first that fits. */
export function layerOf(point: Point): Layer | undefined {
  const className = point.brickClass ?? point.label.replace(/\s+/g, '_');
  return LAYERS.find((layer) => RULES[layer](className, point));
}

/** Whether `point` is the setpoint that a zone's temperature is compared with. */
export function isZoneSetpoint(point: Point): boolean {
  const className = point.brickClass ?? point.label.replace(/\s+/g, '_');
  return point.function === 'setpoint' && /temperature_setpoint/i.test(className) && !isSupply.test(className) && !/heating|cooling/i.test(className);
}

/** Layers for which the floor has at least one point that belongs to a zone. */
export function layersOn(points: readonly Point[]): Layer[] {
  const found = new Set(points.filter(({ zone }) => zone !== null).map(layerOf));
  return LAYERS.filter((layer) => found.has(layer));
}
