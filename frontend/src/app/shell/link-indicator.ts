import { Component, computed, inject } from '@angular/core';
import { Format } from '../core/format';
import { Words } from '../core/words';
import { LiveConnection } from '../live/live-connection';

/** Whether what is on screen is live, in one line. */
@Component({
  selector: 'cp-link-indicator',
  host: { class: 'link', '[class.lost]': "view().kind === 'lost'", '[class.waiting]': "view().kind === 'connecting' || view().kind === 'catchingUp'" },
  template: `
    <i aria-hidden="true"></i>
    <span class="sr-only" role="status">{{ kind() }}</span>
    <span aria-hidden="true">{{ kind() }}<span class="wide-only">{{ more() }}</span></span>
  `,
})
export class LinkIndicator {
  private readonly words = inject(Words);
  private readonly format = inject(Format);
  protected readonly view = inject(LiveConnection).link;

  protected readonly kind = computed(() => {
    const view = this.view();
    return this.words.t(view.kind === 'off' ? 'link.connecting' : `link.${view.kind}`);
  });

  protected readonly more = computed(() => {
    const view = this.view();
    if (view.kind === 'live' && view.delayMs !== null) return this.words.t('link.delay', { ms: Math.max(1, Math.round(view.delayMs)) });
    if (view.kind === 'lost') return this.words.t('link.since', { time: this.format.time(view.since) });
    return '';
  });
}
