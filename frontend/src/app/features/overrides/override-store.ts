import { DestroyRef, Service, computed, effect, inject, resource, signal } from '@angular/core';
import type { ForcedSlot } from '@cupola/contracts';
import { Api } from '../../core/api';
import { LiveConnection } from '../../live/live-connection';

/** A burst of commands is one reading. */
const SETTLE_MS = 300;
/** What others write at a controller reaches the register without a command of ours. */
const REFRESH_MS = 10_000;

/** Everything that is forced in this person's scope, read again whenever a command changed. */
@Service({ autoProvided: false })
export class OverrideStore {
  private readonly api = inject(Api);
  private readonly loaded = resource({ loader: ({ abortSignal }) => this.api.overrides(abortSignal) });
  private readonly last = signal<readonly ForcedSlot[] | null>(null);
  private settling: ReturnType<typeof setTimeout> | undefined;

  readonly slots = this.last.asReadonly();
  readonly failure = computed(() => (this.last() === null && this.loaded.status() === 'error' ? this.loaded.error() : undefined));

  constructor() {
    const connection = inject(LiveConnection);
    effect(() => {
      if (this.loaded.hasValue()) this.last.set(this.loaded.value());
    });
    const topic = connection.watch('commands', { snapshot: () => this.soon(), delta: () => this.soon() });
    const timer = setInterval(() => {
      if (connection.isLive()) this.reload();
    }, REFRESH_MS);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
      clearTimeout(this.settling);
      connection.unwatch(topic);
    });
  }

  reload(): void {
    this.loaded.reload();
  }

  private soon(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.reload(), SETTLE_MS);
  }
}
