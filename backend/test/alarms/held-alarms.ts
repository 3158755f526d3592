import type { Alarm, AlarmJournalLine } from '@cupola/contracts';
import type { LiveClient } from '../live/live-client.js';

export interface AlarmsData {
  alarms: Alarm[];
  lines: AlarmJournalLine[];
  gone?: string[];
}

/** What a console holds: the journal numbers that it saw, and its list. */
export function held(client: LiveClient, id: string): { numbers: number[]; list: Map<string, Alarm>; isChained: boolean } {
  const list = new Map<string, Alarm>();
  const numbers: number[] = [];
  let isChained = true;
  let seq: number | undefined;
  const snapshot = client.messages.snapshot.find((message) => message.id === id);
  for (const message of [...(snapshot ? [snapshot] : []), ...client.deltasOf(id)]) {
    if ('prev' in message && seq !== undefined) isChained &&= message.prev === seq;
    ({ seq } = message);
    const { alarms, lines, gone = [] } = message.data as AlarmsData;
    numbers.push(...lines.map(({ number }) => number));
    for (const alarm of alarms) list.set(alarm.id, alarm);
    for (const [key, alarm] of list) if (alarm.state === 'NORM') list.delete(key);
    gone.forEach((each) => list.delete(each));
  }
  return { numbers, list, isChained };
}
