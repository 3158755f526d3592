import type { Alarm, FloorDetail, Point } from '@cupola/contracts';
import { summarise } from '../../live/alarm-order';
import type { AlarmSummary } from '../../live/alarm-order';
import { alarmsByZone } from './zone-alarms';
import type { Zone } from './zone-view';

/** What is drawn in a room's corner of the alarms that are its own. */
export interface RoomMark {
  alarm: AlarmSummary | null;
  /** Alarms that are hidden because their cause is known. */
  suppressed: number;
  /** It stands for a controller whose whole area is out of reach: the room itself is not coloured. */
  isController: boolean;
}

export const NO_MARK: RoomMark = { alarm: null, suppressed: 0, isController: false };

const isSuppressed = ({ state }: Alarm) => state === 'DSUPR';
const isOfController = ({ point, controller }: Alarm) => point === null && controller !== null;

/** Every alarm that concerns a floor: its own, and those of controllers that serve a point on it wherever they stand themselves. */
export function alarmsAround(floor: FloorDetail, all: readonly Alarm[]): readonly Alarm[] {
  const serving = new Set(floor.points.flatMap(({ controller }) => controller?.id ?? []));
  return all.filter((alarm) => alarm.floor?.id === floor.id || (isOfController(alarm) && serving.has(alarm.controller?.id ?? '')));
}

/** Rooms by what they are marked with. An alarm of a controller is drawn once, in the largest room of its area, however many rooms it serves. */
export function marksOf(floor: FloorDetail, points: ReadonlyMap<string, readonly Point[]>, alarms: readonly Alarm[], sizeOf: (space: FloorDetail['spaces'][number]) => number): ReadonlyMap<string, RoomMark> {
  const own = alarms.filter((alarm) => !isOfController(alarm));
  const byZone = alarmsByZone(floor, own);
  const marks = new Map<string, RoomMark>();
  for (const { id, zoneIds } of floor.spaces) {
    const found = zoneIds.flatMap((zone) => byZone.get(zone) ?? []);
    const alarm = summarise(found);
    const suppressed = found.filter(isSuppressed).length;
    if (alarm || suppressed > 0) marks.set(id, { alarm, suppressed, isController: false });
  }
  for (const alarm of alarms.filter(isOfController)) {
    const area = floor.spaces.filter(({ zoneIds }) => zoneIds.some((zone) => (points.get(zone) ?? []).some(({ controller }) => controller?.id === alarm.controller?.id)));
    const place = area.reduce<(typeof area)[number] | null>((best, space) => (best && sizeOf(best) >= sizeOf(space) ? best : space), null);
    const summary = summarise([alarm]);
    if (!place || !summary || marks.get(place.id)?.alarm) continue;
    const suppressed = area.reduce((sum, { id }) => sum + (marks.get(id)?.suppressed ?? 0), 0);
    for (const { id } of area) if (!marks.get(id)?.alarm) marks.delete(id);
    marks.set(place.id, { alarm: summary, suppressed, isController: true });
  }
  return marks;
}

/** The alarms of one zone, those of the controllers that serve it included: for its panel and its row. */
export function alarmsOfZone(floor: FloorDetail, zone: Zone, points: readonly Point[], alarms: readonly Alarm[]): readonly Alarm[] {
  const own = alarmsByZone(floor, alarms.filter((alarm) => !isOfController(alarm))).get(zone.id) ?? [];
  return [...own, ...alarms.filter((alarm) => isOfController(alarm) && points.some(({ controller }) => controller?.id === alarm.controller?.id))];
}
