import type { Alarm, AlarmJournalLine } from '@cupola/contracts';
import type { AlarmConsole } from './alarm-console.js';
import type { RoomWeather } from './room-weather.js';
import type { Box } from './site.js';

export interface Evidence {
  /** Read from the first line on, after everything was over. */
  readonly journal: readonly AlarmJournalLine[];
  /** What somebody read who was there all the time. */
  readonly followed: readonly AlarmJournalLine[];
  readonly list: readonly Alarm[];
  readonly consoles: readonly AlarmConsole[];
  readonly boxes: readonly Box[];
  readonly weather: RoomWeather;
}

type List = ReadonlyMap<string, string>;

/** Everything that does not fit together, in words; empty when all is well. */
export function judgeAlarms({ journal, followed, list, consoles, boxes, weather }: Evidence): string[] {
  const listed = new Map(list.map(({ id, state, occurrence }) => [id, `${state} ${occurrence}`]));
  const head = journal.at(-1)?.number;
  return [
    ...gaps('the journal', journal),
    ...gaps('what was read while it grew', followed),
    ...(followed.at(-1)?.number === head ? [] : [`the journal ends with ${head}, its reader with ${followed.at(-1)?.number}`]),
    ...differences('the list', listed, 'the journal', replayed(journal)),
    ...consoles.flatMap((console) => [
      ...console.faults.map((fault) => `${console.name}: ${fault}`),
      ...(console.seq === head ? [] : [`${console.name} ends with ${console.seq}, the journal with ${head}`]),
      ...differences(console.name, console.list, 'the list', listed),
    ]),
    ...boxes.flatMap((box) => judgeRoom(box, list, weather)),
  ];
}

function gaps(whose: string, lines: readonly AlarmJournalLine[]): string[] {
  const at = lines.findIndex(({ number }, index) => number !== index + 1);
  return at < 0 ? [] : [`${whose} has number ${lines[at]?.number} where ${at + 1} belongs`];
}

/** What the last line of each alarm says. */
function replayed(journal: readonly AlarmJournalLine[]): List {
  const last = new Map(journal.map(({ alarmId, state, occurrence }) => [alarmId, { state, occurrence }]));
  return new Map([...last].filter(([, { state }]) => state !== 'NORM').map(([id, { state, occurrence }]) => [id, `${state} ${occurrence}`]));
}

function differences(one: string, ones: List, other: string, others: List): string[] {
  const ids = new Set([...ones.keys(), ...others.keys()]);
  return [...ids]
    .filter((id) => ones.get(id) !== others.get(id))
    .map((id) => `alarm ${id} is ${ones.get(id) ?? 'not there'} in ${one}, ${others.get(id) ?? 'not there'} in ${other}`);
}

function judgeRoom(box: Box, list: readonly Alarm[], weather: RoomWeather): string[] {
  const active = list.filter(({ active, equipment, definition }) => active && equipment?.name === box.name && definition.condition !== 'COMM_LOSS');
  const shown = active.map(({ definition }) => definition.condition).join(' and ') || null;
  const expected = weather.expected(box);
  return shown === expected ? [] : [`${box.name}: active is ${shown ?? 'nothing'}, its last sample asks for ${expected ?? 'nothing'}`];
}
