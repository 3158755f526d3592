import type { Alarm, AlarmJournalLine } from '@cupola/contracts';

const idOf = (n: number) => `c0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Unacknowledged, priority 2, raised `n` minutes after noon. */
export function anAlarm(n: number, change: Partial<Alarm> = {}): Alarm {
  const at = new Date(Date.UTC(2026, 10, 23, 12, n)).toISOString();
  return {
    id: idOf(n),
    definition: { id: idOf(90_000), name: `Zone temperature high ${n}`, condition: 'HI', limit: 24.5, deadband: 0.5, consequence: 'Comfort lost', action: 'Check the damper', respondWithinMs: 1_800_000 },
    priority: 2,
    state: 'UNACK',
    active: true,
    acked: false,
    latched: false,
    occurrence: 7,
    since: at,
    activeSince: at,
    ackedAt: null,
    ackedBy: null,
    value: 24.8,
    unit: 'degC',
    site: { id: idOf(80_001), name: 'Campus' },
    building: { id: idOf(80_002), name: 'BLDG1' },
    floor: { id: idOf(80_003), name: 'Floor 3', level: 3 },
    zone: { id: idOf(70_000 + n), name: `3.${n} Meeting` },
    equipment: { id: idOf(60_000 + n), name: `VAV 3-${n}` },
    point: { id: idOf(50_000 + n), name: 'Zone Air Temperature' },
    controller: { id: idOf(80_004), name: 'LC-3E' },
    ...change,
  };
}

export function aLine(number: number, alarm: Alarm, change: Partial<AlarmJournalLine> = {}): AlarmJournalLine {
  return { number, alarmId: alarm.id, fact: 'ACTIVATED', occurrence: alarm.occurrence, at: alarm.since, recordedAt: alarm.since, by: null, text: null, value: alarm.value, state: alarm.state, ...change };
}
