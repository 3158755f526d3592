import { type AlarmFact, type DisplayState, isSameAlarm, replayLine, type ReplayedAlarm, UNTOUCHED } from '@cupola/domain';

/** Anything that runs one statement on one connection: the verifier also works beside the product. */
export interface AlarmReader {
  query<R>(sql: string, params?: unknown[]): Promise<R[]>;
}

export interface AlarmVerdict {
  alarms: number;
  lines: number;
  /** A sentence for each difference. */
  differences: string[];
}

interface LineRow {
  number: string;
  alarm_id: string;
  fact: AlarmFact;
  occurrence: number;
  state: DisplayState;
  acked: boolean;
}
type AlarmRow = ReplayedAlarm & { id: string; inside: ReplayedAlarm };

/** Rows, journal and head have to be of one instant: the product may be writing. */
const ONE_INSTANT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
const LINES = 'SELECT number, alarm_id, fact, occurrence, state, acked FROM alarm_journal WHERE number > $1 ORDER BY number LIMIT 10000';
const ALARMS = `
  SELECT id, state, occurrence, active, acked, jsonb_build_object('state', state, 'occurrence', (instance->>'occurrence')::int,
    'active', (instance->>'active')::boolean, 'acked', (instance->>'acked')::boolean) AS inside FROM alarms`;

/** Replays the journal and compares what it adds up to with the stored alarms. An empty `differences` means that both say the same. */
export async function verifyAlarms(reader: AlarmReader): Promise<AlarmVerdict> {
  await reader.query(ONE_INSTANT);
  try {
    const verdict: AlarmVerdict = { alarms: 0, lines: 0, differences: [] };
    const replayed = await replay(reader, verdict);
    await compare(reader, replayed, verdict);
    return verdict;
  } finally {
    await reader.query('ROLLBACK');
  }
}

async function replay(reader: AlarmReader, verdict: AlarmVerdict): Promise<Map<string, ReplayedAlarm>> {
  const replayed = new Map<string, ReplayedAlarm>();
  let last = 0;
  for (let rows = await reader.query<LineRow>(LINES, [0]); rows.length > 0; rows = await reader.query<LineRow>(LINES, [last])) {
    for (const { number, alarm_id: id, ...line } of rows) {
      if (Number(number) !== last + 1) verdict.differences.push(`The journal has no line ${last + 1}: after ${last} comes ${number}.`);
      last = Number(number);
      const next = replayLine(replayed.get(id) ?? UNTOUCHED, line);
      if (typeof next === 'string') verdict.differences.push(`Line ${number} of alarm ${id} cannot follow: ${next}.`);
      else replayed.set(id, next);
    }
    verdict.lines += rows.length;
  }
  const [head] = await reader.query<{ number: string }>('SELECT number FROM alarm_journal_head');
  if (Number(head?.number) !== last) verdict.differences.push(`The journal ends with line ${last}, its head says ${head?.number ?? 'nothing'}.`);
  return replayed;
}

async function compare(reader: AlarmReader, replayed: Map<string, ReplayedAlarm>, verdict: AlarmVerdict): Promise<void> {
  const alarms = await reader.query<AlarmRow>(ALARMS);
  verdict.alarms = alarms.length;
  for (const alarm of alarms) {
    const expected = replayed.get(alarm.id) ?? untouchedAs(alarm);
    if (!isSameAlarm(expected, alarm)) verdict.differences.push(`Alarm ${alarm.id} is ${said(alarm)}; its journal says ${said(expected)}.`);
    if (!isSameAlarm(alarm.inside, alarm)) verdict.differences.push(`Alarm ${alarm.id} is ${said(alarm)}; its flags say ${said(alarm.inside)}.`);
    replayed.delete(alarm.id);
  }
  for (const [id, left] of replayed) {
    // An alarm whose definition or point was removed ends with DISABLED; one at rest may go without a word.
    if (left.state !== 'DISABLED' && left.state !== 'NORM') verdict.differences.push(`Alarm ${id} is gone, but its journal ends with ${said(left)}.`);
  }
}

/** Nothing happened to it: at rest, or made by a definition that was switched off. */
function untouchedAs({ state }: ReplayedAlarm): ReplayedAlarm {
  return state === 'DISABLED' ? { ...UNTOUCHED, state } : UNTOUCHED;
}

function said({ state, occurrence, active, acked }: ReplayedAlarm): string {
  return `${state} in occurrence ${occurrence} (${active ? 'active' : 'not active'}, ${acked ? 'acknowledged' : 'not acknowledged'})`;
}
