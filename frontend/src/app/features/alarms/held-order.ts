import { computed, linkedSignal, signal } from '@angular/core';
import type { Signal } from '@angular/core';
import type { Alarm } from '@cupola/contracts';

interface Source {
  live: readonly Alarm[];
  isHeld: boolean;
  /** Another number, filter or tab: the list is another one. */
  edition: string;
}

/**
 * The rows of a list that must not move under a pointer or the focus. While it is held, rows stay where they are and show what
 * is true of them now; what came or moved meanwhile waits until it is asked for, or until nobody holds the list.
 */
export class HeldOrder {
  private readonly isHeld = signal(false);
  private readonly asked = signal(0);
  private readonly shown = linkedSignal<Source, readonly Alarm[]>({
    source: () => ({ live: this.live(), isHeld: this.isHeld(), edition: `${this.asked()}/${this.filter()}` }),
    computation: ({ live, isHeld, edition }, previous) => {
      if (!isHeld || !previous || previous.source.edition !== edition) return live;
      const now = new Map(live.map((alarm) => [alarm.id, alarm]));
      return previous.value.map((alarm) => now.get(alarm.id) ?? this.known(alarm.id) ?? returned(alarm));
    },
  });
  readonly rows = this.shown.asReadonly();
  /** Alarms that are not in the list yet. */
  readonly newCount = computed(() => {
    const ids = new Set(this.rows().map(({ id }) => id));
    return this.live().filter(({ id }) => !ids.has(id)).length;
  });
  /** The list would look different if it were not held. */
  readonly isBehind = computed(() => {
    const [rows, live] = [this.rows(), this.live()];
    return rows.length !== live.length || rows.some(({ id }, at) => live[at]?.id !== id);
  });

  constructor(
    private readonly live: Signal<readonly Alarm[]>,
    private readonly filter: Signal<string>,
    private readonly known: (id: string) => Alarm | undefined,
  ) {}

  hold(hands: 'on' | 'off'): void {
    this.isHeld.set(hands === 'on');
  }

  catchUp(): void {
    this.asked.update((asked) => asked + 1);
  }
}

function returned(alarm: Alarm): Alarm {
  return { ...alarm, state: 'NORM', active: false, acked: true };
}
