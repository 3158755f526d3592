import { Component, computed, inject, input } from '@angular/core';
import type { PointDetail } from '@cupola/contracts';
import { Format } from '../../core/format';
import type { Command } from '../../core/wire';
import { Words } from '../../core/words';
import { FACT_WORDS, STATE_WORDS, moodOf } from './command-words';

/** What became of the last commands, the newest on top and live until it has its end. */
@Component({
  selector: 'cp-command-trail',
  template: `
    @if (rows().length > 0) {
      <section [attr.aria-label]="t('command.title')">
        <ol class="trail">
          @for (row of rows(); track row.command.id; let first = $first) {
            <li [class.older]="!first" [class.failed]="row.mood === 'failed'" [class.under-way]="row.mood === 'under way'">
              <div class="row" [attr.role]="first ? 'status' : null">
                <span class="state-word" data-testid="command-state">{{ row.word }}</span>
                <span>{{ row.what }}</span>
              </div>
              <div class="mute">{{ row.times }}</div>
              @if (row.why) {
                <div>{{ row.why }}</div>
              }
            </li>
          }
        </ol>
      </section>
    }
  `,
})
export class CommandTrail {
  private readonly format = inject(Format);
  protected readonly t = inject(Words).t;
  readonly detail = input.required<PointDetail>();
  readonly timeZone = input.required<string | undefined>();
  readonly shown = input(3);

  protected readonly rows = computed(() =>
    this.detail().commands.slice(0, this.shown()).map((command) => ({ command, mood: moodOf(command.state), word: this.t(STATE_WORDS[command.state]), what: this.whatOf(command), times: this.timesOf(command), why: this.whyOf(command) })),
  );

  private whatOf({ operation, value, level }: Command): string {
    return operation === 'release' ? this.t('command.release', { level }) : this.t('command.write', { value: this.format.valueWithUnit(value, this.detail()), level });
  }

  private timesOf({ requestedAt, updatedAt, state, by, fact }: Command): string {
    const asked = this.t('command.asked', { time: this.format.time(requestedAt, this.timeZone()), by });
    const now = this.format.time(updatedAt, this.timeZone());
    if (fact) return `${asked}; ${this.t(FACT_WORDS[fact], { time: now })}`;
    if (state === 'EFFECTIVE' || state === 'PROVEN') return `${asked}; ${this.t('command.verified', { time: now })}`;
    return `${asked}; ${this.t('command.since', { time: now })}`;
  }

  private whyOf({ state, detail, storedValue, readbackValue, value }: Command): string {
    const parts: string[] = [];
    if (state === 'CLAMPED' && storedValue !== null) parts.push(this.t('command.clampedTo', { value: this.format.valueWithUnit(storedValue, this.detail()) }));
    if ((state === 'MASKED' || state === 'FAILED') && readbackValue !== null && readbackValue !== value) {
      parts.push(this.t('command.readBack', { value: this.format.valueWithUnit(readbackValue, this.detail()) }));
    }
    if (detail) parts.push(detail);
    if (state === 'UNKNOWN') parts.push(this.t('command.unknownMeans'));
    if (state === 'OFFLINE' || state === 'EXPIRED') parts.push(this.t('command.neverLate'));
    return parts.join(' ');
  }
}
