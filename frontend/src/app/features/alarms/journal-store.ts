import { Service, computed, effect, inject, signal, untracked } from '@angular/core';
import type { Alarm, AlarmJournalLine } from '@cupola/contracts';
import { Api } from '../../core/api';
import { AlarmStore } from '../../live/alarm-store';

/** Numbers of the journal that are read at a time; a reader of one floor may see few of them. */
const PAGE = 500;

/** The journal backwards from now: what is heard live on top, older pages as they are asked for. */
@Service({ autoProvided: false })
export class JournalStore {
  private readonly api = inject(Api);
  private readonly store = inject(AlarmStore);
  private readonly read = signal<ReadonlyMap<number, AlarmJournalLine>>(new Map());
  private readonly subjects = signal<ReadonlyMap<string, Alarm | null>>(new Map());
  private readonly asked = new Set<string>();
  /** Lines up to here have not been read; null before the first page. */
  private readonly olderThan = signal<number | null>(null);
  readonly failure = signal<unknown>(null);
  readonly busy = signal(false);
  readonly isRead = computed(() => this.olderThan() !== null);
  readonly hasOlder = computed(() => (this.olderThan() ?? 0) > 0);

  /** Newest first. */
  readonly lines = computed(() => {
    const oldest = this.olderThan() ?? 0;
    const all = new Map([...this.read(), ...this.store.lines().filter(({ number }) => number > oldest).map((line) => [line.number, line] as const)]);
    return [...all.values()].sort((a, b) => b.number - a.number);
  });

  constructor() {
    effect(() => {
      const isLive = this.store.isLive();
      untracked(() => {
        if (isLive && !this.isRead()) void this.readOlder();
      });
    });
  }

  async readOlder(): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failure.set(null);
    try {
      const before = this.olderThan() ?? (await this.api.alarmJournal(0, 1)).head;
      const after = Math.max(0, before - PAGE);
      const { items } = await this.api.alarmJournal(after, PAGE);
      this.read.update((read) => new Map([...read, ...items.map((line) => [line.number, line] as const)]));
      this.olderThan.set(after);
    } catch (thrown) {
      this.failure.set(thrown);
    } finally {
      this.busy.set(false);
    }
  }

  /** What a line is about; asks the server once for an alarm that is normal now. Undefined until it is known, null when it is gone. */
  subject(alarmId: string): Alarm | null | undefined {
    return this.store.alarm(alarmId) ?? this.subjects().get(alarmId);
  }

  learn(alarmIds: readonly string[]): void {
    for (const id of alarmIds) {
      if (this.store.alarm(id) || this.asked.has(id)) continue;
      this.asked.add(id);
      void this.api
        .alarm(id)
        // Removed with its definition or point: its lines stay in the journal.
        .catch(() => null)
        .then((alarm) => this.subjects.update((known) => new Map(known).set(id, alarm)));
    }
  }
}
