import { Component, computed, inject, input, resource } from '@angular/core';
import type { Point } from '@cupola/contracts';
import { Api } from '../core/api';
import { Format } from '../core/format';
import { ServerClock } from '../core/server-clock';
import { Words } from '../core/words';
import type { KnownReading } from '../live/known-reading';
import { trace } from './trace';
import type { TraceSample } from './trace';

const DAY_MS = 86_400_000;
const WIDTH = 340;
const HEIGHT = 66;
const SHORTEST_GAP_MS = 60_000;

/** The last 24 hours of a point. Gaps stay gaps: nothing is drawn where nothing is known. */
@Component({
  selector: 'cp-sparkline',
  host: { class: 'spark' },
  template: `
    @if (loaded.isLoading() && !loaded.hasValue()) {
      <div class="skeleton"></div>
    } @else if (loaded.error()) {
      <p class="quiet">{{ t('spark.failed') }} <button type="button" class="link-btn" (click)="loaded.reload()">{{ t('action.tryAgain') }}</button></p>
    } @else if (drawn(); as drawn) {
      <svg [attr.viewBox]="viewBox" preserveAspectRatio="none" role="img" [attr.aria-label]="t('spark.spoken', { low: low(), high: high() })">
        @for (limit of limits(); track limit) {
          <path class="limit" [attr.d]="lineAt(drawn.levelOf(limit))" />
        }
        @for (path of drawn.paths; track $index) {
          <path class="trend" [attr.d]="path" />
        }
      </svg>
      <div class="axis quiet"><span>{{ t('spark.from') }}</span><span>{{ t('spark.range', { low: low(), high: high() }) }}</span><span>{{ t('spark.now') }}</span></div>
    } @else {
      <p class="quiet">{{ t('spark.none') }}</p>
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
  protected readonly viewBox = `0 0 ${WIDTH} ${HEIGHT}`;
  private readonly id = computed(() => this.point().id);

  protected readonly loaded = resource({
    params: () => this.id(),
    loader: async ({ params, abortSignal }) => {
      const to = this.clock.now();
      const from = to - DAY_MS;
      const { samples } = await this.api.samples(params, new Date(from), new Date(to), abortSignal);
      return { from, to, at: performance.now(), samples: samples.map(([at, value, quality]): TraceSample => [Date.parse(at), value, quality]) };
    },
  });

  protected readonly drawn = computed(() => {
    if (!this.loaded.hasValue()) return null;
    const { from, to, at, samples } = this.loaded.value();
    const latest = this.latest();
    const newest: TraceSample[] = latest && latest.ageMs !== null && latest.at > at ? [[to + latest.at - at - latest.ageMs, latest.value, latest.quality]] : [];
    const end = Math.max(to, newest[0]?.[0] ?? 0);
    const gapMs = Math.max(this.point().staleAfterMs, typicalStep(samples) * 3, SHORTEST_GAP_MS);
    return trace([...samples, ...newest], { from: from + end - to, to: end, width: WIDTH, height: HEIGHT, gapMs, also: this.limits() });
  });
  protected readonly low = computed(() => this.format.valueWithUnit(this.drawn()?.min ?? null, this.point()));
  protected readonly high = computed(() => this.format.valueWithUnit(this.drawn()?.max ?? null, this.point()));

  protected lineAt(height: number): string {
    return `M0 ${height.toFixed(1)}H${WIDTH}`;
  }
}

/** The middle of the pauses between samples. */
function typicalStep(samples: readonly TraceSample[]): number {
  const steps = samples.slice(1).map(([at], index) => at - (samples[index]?.[0] ?? at)).sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0;
}
