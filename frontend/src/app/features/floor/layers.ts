import { ZONE_QUANTITIES, zoneQuantity } from '@cupola/domain';
import type { ZoneQuantity } from '@cupola/domain';
import type { Point } from '@cupola/contracts';
import type { WordKey } from '../../core/words';

/** What the plan can show: something measured, what is overridden, or how controllers are connected. */
export const LAYERS = [...ZONE_QUANTITIES, 'overrides', 'connectivity'] as const;
export type Layer = (typeof LAYERS)[number];

export const LAYER_WORDS = {
  temperature: 'layer.temperature', humidity: 'layer.humidity', co2: 'layer.co2', illuminance: 'layer.illuminance', light: 'layer.light', occupancy: 'layer.occupancy',
  power: 'layer.power', energy: 'layer.energy', supplyAir: 'layer.supplyAir', airflow: 'layer.airflow', valve: 'layer.valve', damper: 'layer.damper',
  overrides: 'layer.overrides', connectivity: 'layer.connectivity',
} as const satisfies Record<Layer, WordKey>;

export function isMeasured(layer: Layer): layer is ZoneQuantity {
  return layer !== 'overrides' && layer !== 'connectivity';
}

/** What the floor has at least one zone's point for, and what every floor can show. */
export function layersOn(points: readonly Point[]): Layer[] {
  const found = new Set<Layer | undefined>(points.filter(({ zone, equipment }) => zone !== null || equipment !== null).map(zoneQuantity));
  const measured = LAYERS.filter((layer) => found.has(layer));
  return points.length === 0 ? measured : [...measured, 'overrides', 'connectivity'];
}
