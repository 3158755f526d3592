import { type AlarmEffect, type AlarmEvent, type AlarmFact, type AlarmStep, type DisplayState, displayState, type LateStep, stepAlarm } from '@cupola/domain';
import type { Definition } from './definition.js';
import type { StoredAlarm } from './stored-alarm.js';

/** A line of the journal before it has its number. */
export interface NewLine {
  readonly alarm: StoredAlarm;
  readonly fact: AlarmFact;
  readonly occurrence: number;
  readonly at: number;
  readonly by: string | null;
  readonly text: string | null;
  readonly value: number | null;
  readonly state: DisplayState;
  readonly acked: boolean;
}

export interface ChangedAlarm {
  readonly before: StoredAlarm;
  readonly after: StoredAlarm;
}

/** What comes with an event: the value that was judged, and words for the journal. */
export interface Circumstances {
  readonly value?: number | null;
  readonly text?: string | null;
}

/** What one transaction does to alarms: steps pile up here, and are written once. */
export class AlarmChanges {
  readonly lines: NewLine[] = [];
  /** When staleness has to be looked at; null: no more. By alarm. */
  readonly prompts = new Map<string, number | null>();
  /** Alarms whose due row has to be written again although their deadline is the same. */
  readonly prompted = new Map<string, StoredAlarm>();
  readonly removed = new Set<string>();
  readonly #changed = new Map<string, ChangedAlarm>();

  /** `now`: milliseconds since the epoch. */
  constructor(readonly now: number) {}

  get changed(): Iterable<ChangedAlarm> {
    return this.#changed.values();
  }

  get isEmpty(): boolean {
    return this.#changed.size === 0 && this.prompts.size === 0 && this.prompted.size === 0 && this.removed.size === 0;
  }

  /** The alarm with what was done to it so far. */
  current(alarm: StoredAlarm): StoredAlarm {
    return this.#changed.get(alarm.id)?.after ?? alarm;
  }

  step(alarm: StoredAlarm, { rules }: Definition, event: AlarmEvent, { value, text = null }: Circumstances = {}): AlarmStep {
    const before = this.current(alarm);
    const step = stepAlarm(before.instance, event, rules, this.now);
    const facts = step.effects.filter((effect) => effect.type === 'JOURNAL');
    if (step.alarm === before.instance && facts.length === 0) return step;
    const hasShown = displayState(step.alarm) !== displayState(before.instance);
    const after: StoredAlarm = {
      ...{ ...before, instance: step.alarm, ...acknowledgement(before, step, facts) },
      value: facts.length > 0 && value !== undefined ? value : before.value,
      changedAt: hasShown ? (facts.at(-1)?.at ?? this.now) : before.changedAt,
    };
    this.#put(alarm, after);
    for (const { fact, occurrence, at, by, text: said } of facts) this.#note(after, { fact, occurrence, at, by, text: said ?? text });
    return step;
  }

  /** What late samples of this alarm came to. */
  late(alarm: StoredAlarm, { watch, excursions }: LateStep): void {
    const before = this.current(alarm);
    if (before.late !== watch) this.#put(alarm, { ...before, late: watch });
    const after = this.current(alarm);
    for (const { from, to, value } of excursions) {
      const text = `from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
      this.lines.push({ ...lineOf(after), fact: 'LATE', occurrence: after.instance.occurrence, at: from, by: null, text, value });
    }
  }

  #put(alarm: StoredAlarm, after: StoredAlarm): void {
    const before = this.#changed.get(alarm.id)?.before ?? alarm;
    this.#changed.set(alarm.id, { before, after: { ...after, version: before.version + 1 } });
  }

  #note(alarm: StoredAlarm, line: Pick<NewLine, 'fact' | 'occurrence' | 'at' | 'by' | 'text'>): void {
    this.lines.push({ ...lineOf(alarm), ...line });
  }
}

type Fact = Extract<AlarmEffect, { type: 'JOURNAL' }>;

function lineOf(alarm: StoredAlarm): Pick<NewLine, 'alarm' | 'value' | 'state' | 'acked'> {
  return { alarm, value: alarm.value, state: displayState(alarm.instance), acked: alarm.instance.acked };
}

/** Who has seen the present occurrence. */
function acknowledgement(before: StoredAlarm, { alarm }: AlarmStep, facts: readonly Fact[]): Pick<StoredAlarm, 'ackedAt' | 'ackedBy'> {
  if (!alarm.acked) return { ackedAt: null, ackedBy: null };
  const fact = facts.findLast((each) => each.fact === 'ACKNOWLEDGED' || each.fact === 'AUTO_ACKNOWLEDGED');
  if (fact) return { ackedAt: fact.at, ackedBy: fact.by };
  const isNew = alarm.occurrence !== before.instance.occurrence;
  return isNew ? { ackedAt: null, ackedBy: null } : { ackedAt: before.ackedAt, ackedBy: before.ackedBy };
}
