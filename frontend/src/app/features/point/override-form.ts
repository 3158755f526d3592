import { Component, computed, effect, inject, input, linkedSignal, signal, untracked } from '@angular/core';
import { validateOverride } from '@cupola/domain';
import type { PointDetail } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Format } from '../../core/format';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { ServerClock } from '../../core/server-clock';
import { Ticker } from '../../core/ticker';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Icon } from '../../ui/icon';
import { RefusalNote } from '../../ui/refusal-note';
import { stepFrom } from './override-step';
import { localDateTime, presetsUpTo } from './override-end';
import { afterwards, effectOf } from './override-effect';

const USUAL_MS = 7_200_000;

/** The operator's override: what, how long, why; what it will do, in words, before it does it. */
@Component({
  selector: 'cp-override-form',
  imports: [Icon, RefusalNote],
  templateUrl: './override-form.html',
})
export class OverrideForm {
  private readonly api = inject(Api);
  private readonly clock = inject(ServerClock);
  private readonly ticker = inject(Ticker);
  private readonly live = inject(LiveConnection);
  protected readonly format = inject(Format);
  protected readonly t = inject(Words).t;
  readonly detail = input.required<PointDetail>();
  readonly timeZone = input.required<string | undefined>();

  private readonly pointId = computed(() => this.detail().id);
  protected readonly value = linkedSignal({ source: this.pointId, computation: () => untracked(() => this.startValue()) });
  protected readonly span = linkedSignal({ source: this.pointId, computation: () => String(Math.min(USUAL_MS, this.detail().maxOverrideMs)) });
  protected readonly end = signal('');
  protected readonly reason = linkedSignal({ source: this.pointId, computation: () => '' });
  protected readonly refused = linkedSignal<string, Refused | null>({ source: this.pointId, computation: () => null });
  protected readonly busy = signal(false);

  protected readonly presets = computed(() => presetsUpTo(this.detail().maxOverrideMs));
  protected readonly states = computed(() => {
    const { kind, states } = this.detail();
    if (kind === 'analog') return null;
    return states ?? [{ code: 0, label: this.t('value.off') }, { code: 1, label: this.t('value.on') }];
  });

  /** Why nothing can be written here now, in the order in which a person could do something about it. */
  protected readonly blocked = computed(() => {
    const { mayCommand, whyNot, controller } = this.detail();
    if (!this.live.isLive()) return this.t('override.notLive');
    if (controller === null) return this.t('override.noController');
    if (controller.link !== 'online') return this.t('override.offline', { name: controller.name });
    if (!mayCommand) return whyNot ?? this.t('override.notPermitted');
    return null;
  });

  private readonly verdict = computed(() => {
    this.ticker.now();
    const detail = this.detail();
    const codes = detail.states?.map(({ code }) => code) ?? null;
    const text = this.value().trim();
    const until = this.span() === 'until' ? Date.parse(this.end()) : undefined;
    const ask = { value: text === '' ? NaN : Number(text), ...(until === undefined ? { durationMs: Number(this.span()) } : { until }) };
    return validateOverride({ ...detail, codes }, ask, this.clock.now());
  });
  protected readonly complaint = computed(() => {
    const verdict = this.verdict();
    if (verdict.accepted || this.value().trim() === '') return null;
    return this.t(`override.wrong.${verdict.code}`, { longest: this.format.span(this.detail().maxOverrideMs) });
  });
  private readonly tools = computed(() => ({ format: this.format, t: this.t, timeZone: this.timeZone() }));
  protected readonly effect = computed(() => {
    const verdict = this.verdict();
    return verdict.accepted ? effectOf(this.detail(), verdict, this.tools()) : [];
  });
  protected readonly then = computed(() => afterwards(this.detail(), this.tools()));
  protected readonly ready = computed(() => this.verdict().accepted && this.reason().trim() !== '' && !this.busy());
  protected readonly holds = computed(() => this.detail().slots.some(({ level, intent, reported }) => level === 8 && (intent?.value != null || reported !== null)));
  protected readonly limits = computed(() => {
    const { min, max, resolution } = this.detail();
    const parts = [];
    if (min !== null && max !== null) parts.push(this.t('override.range', { min: this.format.valueWithUnit(min, this.detail()), max: this.format.valueWithUnit(max, this.detail()) }));
    if (resolution !== null) parts.push(this.t('override.step', { step: this.format.number(resolution, null) }));
    return parts.join(', ');
  });

  constructor() {
    effect(() => {
      if (this.span() === 'until' && untracked(this.end) === '') this.end.set(localDateTime(untracked(() => this.clock.now()) + USUAL_MS));
    });
  }

  protected textOf(event: Event): string {
    return (event.target as HTMLInputElement | HTMLSelectElement).value;
  }

  /** For thumbs: a number pad hides half of a phone. */
  protected step(by: 1 | -1): void {
    this.value.set(String(stepFrom(Number(this.value()), by, this.detail())));
  }

  protected async override(event: Event): Promise<void> {
    event.preventDefault();
    const verdict = this.verdict();
    if (!verdict.accepted || !this.ready() || this.blocked()) return;
    const end = this.span() === 'until' ? { until: new Date(this.end()).toISOString() } : { durationMs: Number(this.span()) };
    const done = await this.send(() => this.api.override(this.detail().id, { value: verdict.value, reason: this.reason().trim(), ...end }));
    if (done) this.reason.set('');
  }

  protected async release(): Promise<void> {
    const reason = this.reason().trim() || this.t('override.releaseReason');
    await this.send(() => this.api.release(this.detail().id, reason));
  }

  private async send(write: () => Promise<unknown>): Promise<boolean> {
    this.busy.set(true);
    this.refused.set(null);
    try {
      await write();
      return true;
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
      return false;
    } finally {
      this.busy.set(false);
    }
  }

  /** The form starts at what holds now: nothing jumps when only the time is changed. */
  private startValue(): string {
    const { slots, value, relinquishDefault } = this.detail();
    const own = slots.find(({ level }) => level === 8)?.intent?.value;
    return String(own ?? value ?? relinquishDefault ?? '');
  }
}
