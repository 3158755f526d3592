import { DestroyRef, Service, computed, effect, inject, signal, untracked } from '@angular/core';
import type { Alarm, AlarmJournalLine } from '@cupola/contracts';
import { ALARM_PRIORITIES } from '@cupola/domain';
import { Session } from '../core/session';
import { asksForAcknowledgement, byUrgency, isAnnunciated } from './alarm-order';
import { LiveConnection } from './live-connection';
import type { LiveTopic } from './live-topic';

interface AlarmsData {
  alarms: readonly Alarm[];
  lines: readonly AlarmJournalLine[];
  gone?: readonly string[];
}

/** Lines that a page may look back on without asking the server. */
const KEPT_LINES = 2000;

/** One time that one alarm was raised. */
export type Occurrence = Pick<Alarm, 'id' | 'occurrence'>;

export function occurrenceOf({ id, occurrence }: Occurrence): string {
  return `${id}/${occurrence}`;
}

/** Every alarm that is not normal, on one subscription for the whole console. */
@Service()
export class AlarmStore {
  private readonly session = inject(Session);
  private readonly connection = inject(LiveConnection);
  private readonly topic = signal<LiveTopic | null>(null);
  private readonly known = signal<ReadonlyMap<string, Alarm> | null>(null);
  private readonly kept = signal<readonly AlarmJournalLine[]>([]);
  private readonly latest = signal<ReadonlyMap<string, number>>(new Map());
  private before: ReadonlySet<string> | null = null;

  /** Null until they were heard once. They stay while the link is away: shown as what was known last. */
  readonly alarms = computed(() => (this.known() ? [...(this.known()?.values() ?? [])] : null));
  /** The alarms that are shown, in the order in which they ask for attention. */
  readonly annunciated = computed(() => (this.alarms() ?? []).filter(isAnnunciated).sort(byUrgency));
  readonly asking = computed(() => this.annunciated().filter(asksForAcknowledgement));
  readonly counts = computed(() => ALARM_PRIORITIES.map((priority) => ({ priority, count: this.annunciated().filter((alarm) => alarm.priority === priority).length })));
  /** Journal lines heard since the console was opened, oldest first. */
  readonly lines = this.kept.asReadonly();
  readonly isLive = computed(() => this.connection.isLive() && (this.topic()?.current() ?? false));
  readonly failure = computed(() => this.topic()?.refused() ?? null);
  /** Occurrences that began while the link was away and still wait; null when nothing was missed. */
  readonly whileAway = signal<number | null>(null);

  private readonly byFloor = computed(() => grouped(this.annunciated(), (alarm) => alarm.floor?.id));
  private readonly byPoint = computed(() => grouped(this.annunciated(), (alarm) => alarm.point?.id));

  constructor() {
    effect(() => {
      const mayRead = this.session.status() === 'signedIn' && this.session.can('alarms.read');
      untracked(() => (mayRead ? this.follow() : this.leave()));
    });
    effect(() => {
      const isLive = this.isLive();
      untracked(() => (isLive ? this.compareWithBefore() : this.rememberBefore()));
    });
    inject(DestroyRef).onDestroy(() => this.leave());
  }

  alarm(id: string): Alarm | undefined {
    return this.known()?.get(id);
  }

  ofFloor(id: string): readonly Alarm[] {
    return this.byFloor().get(id) ?? [];
  }

  ofPoint(id: string): readonly Alarm[] {
    return this.byPoint().get(id) ?? [];
  }

  /** Number of the last journal line of an alarm that was heard; 0 before the first. */
  versionOf(id: string): number {
    return this.latest().get(id) ?? 0;
  }

  private follow(): void {
    if (this.topic()) return;
    this.topic.set(
      this.connection.watch(
        'alarms',
        { snapshot: (data) => this.take(data as AlarmsData, new Map()), delta: (data) => this.take(data as AlarmsData, this.known() ?? new Map()) },
        'replay',
      ),
    );
  }

  private leave(): void {
    const topic = this.topic();
    if (topic) this.connection.unwatch(topic);
    this.topic.set(null);
    this.known.set(null);
    this.kept.set([]);
    this.latest.set(new Map());
    this.before = null;
    this.whileAway.set(null);
  }

  private take({ alarms, lines, gone }: AlarmsData, onto: ReadonlyMap<string, Alarm>): void {
    const known = new Map(onto);
    for (const alarm of alarms) {
      if (alarm.state === 'NORM') known.delete(alarm.id);
      else known.set(alarm.id, alarm);
    }
    for (const id of gone ?? []) known.delete(id);
    this.known.set(known);
    if (lines.length === 0) return;
    this.kept.update((kept) => [...kept, ...lines].slice(-KEPT_LINES));
    this.latest.update((latest) => new Map([...latest, ...lines.map((line) => [line.alarmId, line.number] as const)]));
  }

  private rememberBefore(): void {
    if (this.known() && !this.before) this.before = new Set(this.asking().map(occurrenceOf));
  }

  private compareWithBefore(): void {
    const { before } = this;
    this.before = null;
    if (!before) return;
    const missed = this.asking().filter((alarm) => !before.has(occurrenceOf(alarm))).length;
    this.whileAway.set(missed > 0 ? missed : null);
  }
}

function grouped(alarms: readonly Alarm[], keyOf: (alarm: Alarm) => string | undefined): ReadonlyMap<string, readonly Alarm[]> {
  const found = new Map<string, Alarm[]>();
  for (const alarm of alarms) {
    const key = keyOf(alarm);
    if (key === undefined) continue;
    const list = found.get(key);
    if (list) list.push(alarm);
    else found.set(key, [alarm]);
  }
  return found;
}
