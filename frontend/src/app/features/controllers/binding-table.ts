import { Component, computed, inject, input, output, resource, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Api } from '../../core/api';
import { Format } from '../../core/format';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Session } from '../../core/session';
import type { ControllerDetail } from '../../core/wire';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { RefusalNote } from '../../ui/refusal-note';

/** What the controller reports, and which point of the building each of its keys is. */
@Component({
  selector: 'cp-binding-table',
  imports: [RefusalNote, RouterLink],
  templateUrl: './binding-table.html',
})
export class BindingTable {
  private readonly api = inject(Api);
  private readonly session = inject(Session);
  private readonly live = inject(LiveConnection);
  private readonly words = inject(Words);
  protected readonly format = inject(Format);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  readonly controller = input.required<ControllerDetail>();
  readonly changed = output();
  protected readonly kindWords = { analog: 'kind.analog', binary: 'kind.binary', multistate: 'kind.multistate' } as const;
  protected readonly editing = signal<string | null>(null);
  protected readonly refused = signal<Refused | null>(null);
  protected readonly mayBind = computed(() => this.session.can('controllers.register') && this.live.isLive());

  /** The points of the controller's equipment: what a key may be bound to here. */
  protected readonly choices = resource({
    params: () => (this.editing() ? (this.controller().equipment?.id ?? undefined) : undefined),
    loader: ({ params, abortSignal }) => this.api.pointsOf(params, abortSignal),
  });
  protected readonly options = computed(() => (this.choices.hasValue() ? this.choices.value().items : []));

  protected async bind(key: string, event: Event): Promise<void> {
    const point = (event.target as HTMLSelectElement).value;
    this.refused.set(null);
    try {
      await this.api.bind(this.controller().id, key, point || null);
      this.editing.set(null);
      this.changed.emit();
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    }
  }
}
