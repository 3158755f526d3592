import { computed, signal } from '@angular/core';
import type { ForcedSlot } from '@cupola/contracts';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { keyOf } from './override-row';

/** `asked`: the server took the release over; it is done when the controller lets go and the slot leaves the register. */
export type ReleaseState = 'waiting' | 'sending' | 'asked' | 'refused';

export interface ReleaseOutcome {
  slot: ForcedSlot;
  key: string;
  state: ReleaseState;
  refused: Refused | null;
}

/** Releases slots one after the other, each with its own outcome. One that is refused does not stop the others. */
export class ReleaseRun {
  private readonly all = signal<readonly ReleaseOutcome[]>([]);
  private isStopped = false;
  readonly outcomes = this.all.asReadonly();
  readonly isRunning = computed(() => this.all().some(({ state }) => state === 'waiting' || state === 'sending'));
  readonly asked = computed(() => this.all().filter(({ state }) => state === 'asked').length);
  readonly refused = computed(() => this.all().filter(({ state }) => state === 'refused').length);

  constructor(private readonly release: (slot: ForcedSlot) => Promise<unknown>) {}

  async start(slots: readonly ForcedSlot[]): Promise<void> {
    this.isStopped = false;
    this.all.set(slots.map((slot) => ({ slot, key: keyOf(slot), state: 'waiting', refused: null })));
    for (const slot of slots) {
      if (this.isStopped) break;
      await this.one(slot);
    }
    this.all.update((outcomes) => outcomes.filter(({ state }) => state !== 'waiting'));
  }

  /** Nothing more is sent; what was sent stays sent. */
  stop(): void {
    this.isStopped = true;
  }

  private async one(slot: ForcedSlot): Promise<void> {
    this.mark(slot, 'sending', null);
    try {
      await this.release(slot);
      this.mark(slot, 'asked', null);
    } catch (thrown) {
      this.mark(slot, 'refused', asRefused(thrown));
    }
  }

  private mark(slot: ForcedSlot, state: ReleaseState, refused: Refused | null): void {
    const key = keyOf(slot);
    this.all.update((outcomes) => outcomes.map((each) => (each.key === key ? { ...each, state, refused } : each)));
  }
}
