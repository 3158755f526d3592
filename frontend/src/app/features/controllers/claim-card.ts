import { Component, computed, inject, input } from '@angular/core';
import type { Claim } from '@cupola/contracts';
import { Format } from '../../core/format';
import { ServerClock } from '../../core/server-clock';
import { Ticker } from '../../core/ticker';
import { Words } from '../../core/words';
import { qrPath } from './qr-path';

/** The claim code as it is shown once: to read out, to scan, to print. */
@Component({
  selector: 'cp-claim-card',
  host: { class: 'claim' },
  template: `
    <svg class="qr" [attr.viewBox]="'0 0 ' + qr().size + ' ' + qr().size" role="img" [attr.aria-label]="t('claim.qr', { name: name() })" shape-rendering="crispEdges">
      <rect width="100%" height="100%" fill="#fff" />
      <path [attr.d]="qr().path" fill="#000" />
    </svg>
    <dl class="kv">
      <dt>{{ t('column.controller') }}</dt>
      <dd class="num">{{ name() }}</dd>
      <dt>{{ t('claim.slot') }}</dt>
      <dd class="mono">{{ claim().slot }}</dd>
      <dt>{{ t('claim.code') }}</dt>
      <dd class="code mono" data-testid="claim-code">{{ claim().claimCode }}</dd>
      <dt>{{ t('claim.valid') }}</dt>
      <dd>
        @if (leftMs() > 0) {
          {{ t('claim.left', { left: format.countdown(leftMs()), time: format.clock(claim().expiresAt) }) }}
        } @else {
          <b class="num">{{ t('claim.over') }}</b>
        }
      </dd>
    </dl>
  `,
})
export class ClaimCard {
  private readonly ticker = inject(Ticker);
  private readonly clock = inject(ServerClock);
  protected readonly format = inject(Format);
  protected readonly t = inject(Words).t;
  readonly claim = input.required<Claim>();
  readonly name = input.required<string>();
  protected readonly qr = computed(() => qrPath(this.claim().qr));
  protected readonly leftMs = computed(() => {
    this.ticker.now();
    return Date.parse(this.claim().expiresAt) - this.clock.now();
  });
}
