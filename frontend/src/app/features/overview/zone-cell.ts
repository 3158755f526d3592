import { deviationOf, knownValue } from '@cupola/domain';
import type { ElevationZone } from '@cupola/contracts';
import { deviationReach } from '../../core/units';

export const CELL_LAYERS = ['temperature', 'co2', 'energy'] as const;
export type CellLayer = (typeof CELL_LAYERS)[number];

/** A zone's cell: a bar from the middle (deviation) or from the ground (amount), in percent of its height. */
export interface Cell {
  top: number;
  height: number;
  /** A line at the setpoint, for bars that start there. */
  isDeviation: boolean;
}

/** What counts as a full cell. */
const FULL_CO2 = 1600;

/** The bar of a zone on a layer; null where it is not known now. `most` is the largest power of a zone in the building. */
export function cellOf(zone: ElevationZone, layer: CellLayer, most: number): Cell | null {
  if (layer === 'temperature') return deviationCell(zone);
  const amount = layer === 'co2' ? knownValue(zone.co2) : knownValue(zone.power);
  if (amount === null) return null;
  const height = Math.max(0, Math.min(1, amount / (layer === 'co2' ? FULL_CO2 : Math.max(most, 1e-9)))) * 100;
  return { top: 100 - height, height, isDeviation: false };
}

function deviationCell(zone: ElevationZone): Cell | null {
  const deviation = deviationOf(zone);
  const reach = deviationReach(zone.temperature?.unit ?? null);
  if (deviation === null || reach === null) return null;
  const height = Math.max(1.5, Math.min(1, Math.abs(deviation) / reach) * 46);
  return { top: deviation > 0 ? 50 - height : 50, height, isDeviation: true };
}

/** Whether a zone has anything to show on a layer; a cell without is empty, not unknown. */
export function hasLayer(zone: ElevationZone, layer: CellLayer): boolean {
  if (layer === 'temperature') return zone.temperature !== null;
  return layer === 'co2' ? zone.co2 !== null : zone.power !== null;
}
