import { Component, computed, inject, input, resource } from '@angular/core';
import type { AlarmOccurrence, Point } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Format } from '../../core/format';
import { ServerClock } from '../../core/server-clock';
import { Words } from '../../core/words';
import { drawnLimits } from '../../live/alarm-order';
import { longestPause, trace } from '../../ui/trace';
import type { TraceSample } from '../../ui/trace';
import { TraceAbsent } from '../../ui/trace-absent';
import { windowAround } from './occurrence-window';

const WIDTH = 340;
const HEIGHT = 88;

/** How the value ran while an alarm that is over was raised, acknowledged and went away. */
@Component({
  selector: 'cp-occurrence-trend',
  imports: [TraceAbsent],
  host: { class: 'spark occurrence-trend' },
  template: `
    @if (drawn(); as drawn) {
      <svg [attr.viewBox]="viewBox" preserveAspectRatio="none" role="img" [attr.aria-label]="t('spark.spokenPast', { from: edges().from, to: edges().to, low: low(), high: high() })">
        <rect class="alarmed" [attr.x]="band().x" y="0" [attr.width]="band().width" [attr.height]="height" />
        @for (limit of limits(); track limit) {
          <path class="limit" [attr.d]="lineAt(drawn.levelOf(limit))" />
        }
        @for (path of drawn.paths; track $index) {
          <path class="trend" [attr.d]="path" />
        }
        @for (mark of marks(); track mark.kind) {
          <path class="mark" [class]="mark.kind" [attr.d]="mark.line" />
        }
      </svg>
      <div class="axis quiet"><span>{{ edges().from }}</span><span>{{ t('spark.range', { low: low(), high: high() }) }}</span><span>{{ edges().to }}</span></div>
      <ul class="trend-marks quiet">
        @for (mark of marks(); track mark.kind) {
          <li><i [class]="mark.kind"></i>{{ mark.text }}</li>
        }
        @for (limit of limits(); track limit) {
          <li><i class="limit"></i>{{ t('alarm.limitIs', { limit: format.valueWithUnit(limit, point()) }) }}</li>
        }
      </ul>
    } @else {
      <cp-trace-absent [loaded]="loaded" [none]="t('spark.nonePast')" />
    }
  `,
})
export class OccurrenceTrend {
  private readonly api = inject(Api);
  private readonly clock = inject(ServerClock);
  protected readonly format = inject(Format);
  protected readonly t = inject(Words).t;
  readonly occurrence = input.required<AlarmOccurrence>();
  readonly point = input.required<Point>();
  readonly zone = input.required<string | undefined>();
  protected readonly height = HEIGHT;
  protected readonly viewBox = `0 0 ${WIDTH} ${HEIGHT}`;

  /** A comment that is added later does not have the past read again. */
  private readonly asked = computed(
    () => {
      const { from, to } = this.occurrence();
      return { point: this.point().id, raised: Date.parse(from), returned: to === null ? null : Date.parse(to) };
    },
    { equal: (a, b) => a.point === b.point && a.raised === b.raised && a.returned === b.returned },
  );
  protected readonly loaded = resource({
    params: () => this.asked(),
    loader: async ({ params, abortSignal }) => {
      const window = windowAround(params.raised, params.returned, this.clock.now());
      const { samples } = await this.api.samples(params.point, new Date(window.from), new Date(window.to), abortSignal);
      return { ...window, samples: samples.map(([at, value, quality]): TraceSample => [Date.parse(at), value, quality]) };
    },
  });
  private readonly read = computed(() => (this.loaded.hasValue() ? this.loaded.value() : { from: 0, to: 1, samples: [] }));
  protected readonly limits = computed(() => drawnLimits(this.occurrence().alarm.definition));
  protected readonly drawn = computed(() => {
    const { from, to, samples } = this.read();
    return trace(samples, { from, to, width: WIDTH, height: HEIGHT, gapMs: longestPause(samples, this.point().staleAfterMs), also: this.limits() });
  });
  protected readonly low = computed(() => this.format.valueWithUnit(this.drawn()?.min ?? null, this.point()));
  protected readonly high = computed(() => this.format.valueWithUnit(this.drawn()?.max ?? null, this.point()));
  protected readonly edges = computed(() => ({ from: this.format.clock(this.read().from, this.zone()), to: this.format.clock(this.read().to, this.zone()) }));
  /** While it was in alarm. */
  protected readonly band = computed(() => {
    const { from, to } = this.occurrence();
    const x = this.at(Date.parse(from));
    return { x, width: Math.max(1, (to === null ? WIDTH : this.at(Date.parse(to))) - x) };
  });
  /** What lies beyond the edge of the drawing stands in the list above it. */
  protected readonly marks = computed(() => {
    const { from, ackedAt, to } = this.occurrence();
    const all = [
      { kind: 'raised', word: this.t('alarm.raised'), instant: from },
      { kind: 'acknowledged', word: this.t('alarm.acknowledgedColumn'), instant: ackedAt },
      { kind: 'returned', word: this.t('alarm.returned'), instant: to },
    ];
    return all.flatMap(({ kind, word, instant }) => {
      if (instant === null || Date.parse(instant) > this.read().to) return [];
      return [{ kind, line: `M${this.at(Date.parse(instant)).toFixed(1)} 0V${HEIGHT}`, text: `${word} ${this.format.time(instant, this.zone())}` }];
    });
  });

  protected lineAt(height: number): string {
    return `M0 ${height.toFixed(1)}H${WIDTH}`;
  }

  private at(instant: number): number {
    const { from, to } = this.read();
    return Math.min(WIDTH, ((instant - from) / (to - from)) * WIDTH);
  }
}
