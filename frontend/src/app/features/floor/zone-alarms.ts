import type { Alarm, FloorDetail } from '@cupola/contracts';

/** Alarms by zone: those that name it, and those of the equipment or points that serve it. */
export function alarmsByZone(floor: FloorDetail, alarms: readonly Alarm[]): ReadonlyMap<string, Alarm[]> {
  const zoneOfEquipment = new Map(floor.zones.flatMap((zone) => zone.equipment.map(({ id }) => [id, zone.id] as const)));
  const found = new Map<string, Alarm[]>();
  for (const alarm of alarms) {
    const zone = alarm.zone?.id ?? (alarm.equipment ? zoneOfEquipment.get(alarm.equipment.id) : undefined);
    if (zone) found.set(zone, [...(found.get(zone) ?? []), alarm]);
  }
  return found;
}
