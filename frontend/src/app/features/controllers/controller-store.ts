import { DestroyRef, Service, computed, effect, inject, resource, signal } from '@angular/core';
import { Api } from '../../core/api';
import type { Controller } from '../../core/wire';
import { LiveConnection } from '../../live/live-connection';

/** All controllers of this person's scope, kept live. */
@Service({ autoProvided: false })
export class ControllerStore {
  private readonly api = inject(Api);
  private readonly loaded = resource({ loader: ({ abortSignal }) => this.api.controllers(abortSignal) });
  private readonly known = signal<ReadonlyMap<string, Controller> | null>(null);

  readonly controllers = computed(() => (this.known() ? [...(this.known()?.values() ?? [])] : null));
  readonly failure = computed(() => (this.known() === null && this.loaded.status() === 'error' ? this.loaded.error() : undefined));

  constructor() {
    const connection = inject(LiveConnection);
    effect(() => {
      if (this.loaded.hasValue()) this.keep(this.loaded.value());
    });
    const topic = connection.watch('controllers', {
      snapshot: (data) => this.known.set(new Map((data as { controllers: Controller[] }).controllers.map((each) => [each.id, each]))),
      delta: (data) => this.keep((data as { controllers: Controller[] }).controllers),
    });
    inject(DestroyRef).onDestroy(() => connection.unwatch(topic));
  }

  reload(): void {
    this.loaded.reload();
  }

  keep(controllers: readonly Controller[]): void {
    this.known.update((known) => new Map([...(known ?? []), ...controllers.map((each) => [each.id, each] as const)]));
  }
}
