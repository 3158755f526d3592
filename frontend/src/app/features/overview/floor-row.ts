import { knownValue, meanOf } from '@cupola/domain';
import type { Alarm, ElevationFloor, ElevationZone, PowerHistory } from '@cupola/contracts';
import type { AlarmSummary } from '../../live/alarm-order';
import { summarise } from '../../live/alarm-order';
import type { FloorTree } from '../../core/sites';
import { cellOf, hasLayer } from './zone-cell';
import type { Cell, CellLayer } from './zone-cell';

export interface ZoneCell {
  zone: ElevationZone;
  cell: Cell | null;
  /** It has something to show here, and that is not known now. */
  isUnknown: boolean;
  alarm: AlarmSummary | null;
}

/** One floor of the elevation in a few numbers; null: nothing measures it, or nothing of it is known. */
export interface FloorRow {
  floor: FloorTree;
  /** The floor's name without the number that stands above it. */
  name: string;
  cells: ZoneCell[];
  mean: { value: number; unit: string | null; known: number } | null;
  worstCo2: { value: number; zone: ElevationZone } | null;
  lightOn: number | null;
  power: ElevationFloor['power'] | null;
  series: readonly (number | null)[];
  alarm: AlarmSummary | null;
  suppressed: number;
}

interface RowInput {
  floor: FloorTree;
  state: ElevationFloor | undefined;
  history: PowerHistory | null;
  alarms: readonly Alarm[];
  layer: CellLayer;
  most: number;
}

export function rowOf({ floor, state, history, alarms, layer, most }: RowInput): FloorRow {
  const zones = (state?.zones ?? []).filter((zone) => hasLayer(zone, layer) || zone.temperature !== null);
  return {
    floor,
    name: withoutLevel(floor),
    cells: zones.map((zone) => {
      const cell = cellOf(zone, layer, most);
      const own = alarms.filter((alarm) => alarm.zone?.id === zone.id || (alarm.zone === null && alarm.equipment !== null && zone.equipment.includes(alarm.equipment.id)));
      return { zone, cell, isUnknown: cell === null && hasLayer(zone, layer), alarm: summarise(own) };
    }),
    mean: meanOf(zones.map(({ temperature }) => temperature)),
    worstCo2: worstOf(state?.zones ?? []),
    lightOn: shareOfLights(state?.zones ?? []),
    power: state && state.power.meters > 0 ? state.power : null,
    series: history?.floors.find(({ id }) => id === floor.id)?.kilowatts ?? [],
    alarm: summarise(alarms),
    suppressed: alarms.filter(({ state: shown }) => shown === 'DSUPR').length,
  };
}

function withoutLevel({ name, level }: FloorTree): string {
  return name.replace(new RegExp(`^\\p{L}+\\s*${level}(?![\\p{L}\\d])[\\s:,.–-]*`, 'u'), '');
}

function worstOf(zones: readonly ElevationZone[]): FloorRow['worstCo2'] {
  return zones.reduce<FloorRow['worstCo2']>((worst, zone) => {
    const value = knownValue(zone.co2);
    return value !== null && (worst === null || value > worst.value) ? { value, zone } : worst;
  }, null);
}

/** How many of a hundred zones whose lamps are known have light. */
function shareOfLights(zones: readonly ElevationZone[]): number | null {
  const known = zones.map(({ light }) => knownValue(light)).filter((value) => value !== null);
  return known.length === 0 ? null : (known.filter((value) => value > 0).length / known.length) * 100;
}
