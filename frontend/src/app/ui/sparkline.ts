import { Component, computed, inject, input, resource } from '@angular/core';
import type { Point } from '@cupola/contracts';
import { Api } from '../core/api';
import { Format } from '../core/format';
import { ServerClock } from '../core/server-clock';
import { Words } from '../core/words';
import type { KnownReading } from '../live/known-reading';
import { longestPause, trace } from './trace';
import type { TraceSample } from './trace';
import { TraceAbsent } from './trace-absent';

const DAY_MS = 86_400_000;
const WIDTH = 340;
const HEIGHT = 66;

/** The recent past of a point, by default the last 24 hours. Gaps stay gaps: nothing is drawn where nothing is known. */
@Component({
  selector: 'cp-sparkline',
  imports: [TraceAbsent],
  host: { class: 'spark' },
  template: `
    @if (drawn(); as drawn) {
      <svg [attr.viewBox]="viewBox" preserveAspectRatio="none" role="img" [attr.aria-label]="t('spark.spoken', { span: span(), low: low(), high: high() })">
        @if (alarmed(); as from) {
          <rect class="alarmed" [attr.x]="from" y="0" [attr.width]="width - from" [attr.height]="height" />
        }
        @for (limit of limits(); track limit) {
          <path class="limit" [attr.d]="lineAt(drawn.levelOf(limit))" />
        }
        @if (reference(); as reference) {
          <path class="setpoint" [attr.d]="lineAt(drawn.levelOf(reference.value))" />
        }
        @for (path of drawn.paths; track $index) {
          <path class="trend" [attr.d]="path" />
        }
      </svg>
      <div class="axis quiet"><span>{{ t('spark.from', { span: span() }) }}</span><span>{{ reference()?.text ?? t('spark.range', { low: low(), high: high() }) }}</span><span>{{ t('spark.now') }}</span></div>
    } @else {
      <cp-trace-absent [loaded]="loaded" [none]="t('spark.none', { span: span() })" />
    }
  `,
})
export class Sparkline {
  private readonly api = inject(Api);
  private readonly clock = inject(ServerClock);
  private readonly format = inject(Format);
  protected readonly t = inject(Words).t;
  readonly point = input.required<Point>();
  /** The newest reading, drawn at the right edge as it arrives. */
  readonly latest = input<KnownReading | null>(null);
  /** Limits to draw as dashed lines. */
  readonly limits = input<readonly number[]>([]);
  readonly spanMs = input(DAY_MS);
  /** What the value is compared with, as a dashed line with its words below. */
  readonly reference = input<{ value: number; text: string } | null>(null);
  /** Since when it is in alarm: that part of the past is shaded. */
  readonly alarmedSince = input<string | null>(null);
  protected readonly width = WIDTH;
  protected readonly height = HEIGHT;
  protected readonly viewBox = `0 0 ${WIDTH} ${HEIGHT}`;
  private readonly asked = computed(() => ({ id: this.point().id, spanMs: this.spanMs() }), { equal: (a, b) => a.id === b.id && a.spanMs === b.spanMs });
  protected readonly span = computed(() => this.format.span(this.spanMs()));

  protected readonly loaded = resource({
    params: () => this.asked(),
    loader: async ({ params, abortSignal }) => {
      const to = this.clock.now();
      const from = to - params.spanMs;
      const { samples } = await this.api.samples(params.id, new Date(from), new Date(to), abortSignal);
      return { from, to, at: performance.now(), samples: samples.map(([at, value, quality]): TraceSample => [Date.parse(at), value, quality]) };
    },
  });

  protected readonly drawn = computed(() => {
    if (!this.loaded.hasValue()) return null;
    const { from, to, at, samples } = this.loaded.value();
    const latest = this.latest();
    const newest: TraceSample[] = latest && latest.ageMs !== null && latest.at > at ? [[to + latest.at - at - latest.ageMs, latest.value, latest.quality]] : [];
    const end = Math.max(to, newest[0]?.[0] ?? 0);
    const gapMs = longestPause(samples, this.point().staleAfterMs);
    return trace([...samples, ...newest], { from: from + end - to, to: end, width: WIDTH, height: HEIGHT, gapMs, also: [...this.limits(), ...(this.reference() ? [this.reference()?.value ?? 0] : [])] });
  });
  /** From where on the past is shaded; 0.01 when all of it is. */
  protected readonly alarmed = computed(() => {
    const since = this.alarmedSince();
    if (since === null || !this.loaded.hasValue()) return null;
    const { from, to } = this.loaded.value();
    return Math.max(0.01, ((Date.parse(since) - from) / (to - from)) * WIDTH);
  });
  protected readonly low = computed(() => this.format.valueWithUnit(this.drawn()?.min ?? null, this.point()));
  protected readonly high = computed(() => this.format.valueWithUnit(this.drawn()?.max ?? null, this.point()));

  protected lineAt(height: number): string {
    return `M0 ${height.toFixed(1)}H${WIDTH}`;
  }
}
