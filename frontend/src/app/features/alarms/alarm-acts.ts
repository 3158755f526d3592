import { Service, inject, signal } from '@angular/core';
import type { Alarm } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Refused, asRefused } from '../../core/refused';
import { RefusalWords } from '../../core/refusal-words';
import { Words } from '../../core/words';
import { AlarmWords } from '../../live/alarm-words';

/** What an operator does to alarms, and how it went in words. Provided by the page. */
@Service({ autoProvided: false })
export class AlarmActs {
  private readonly api = inject(Api);
  private readonly words = inject(Words);
  private readonly refusals = inject(RefusalWords);
  private readonly alarmWords = inject(AlarmWords);
  readonly busy = signal(false);
  readonly done = signal('');
  readonly problems = signal<readonly string[]>([]);

  /** The occurrences are those that were on screen: one that came again since is refused, never acknowledged unseen. */
  acknowledge(alarms: readonly Alarm[], comment: string): Promise<boolean> {
    const [only, ...others] = alarms;
    if (!only) return Promise.resolve(false);
    if (others.length === 0) return this.attempt(() => this.api.acknowledge(only, comment), this.words.t('alarm.acknowledged', { where: this.alarmWords.where(only) }));
    return this.acknowledgeAll(alarms, comment);
  }

  reset(alarm: Alarm): Promise<boolean> {
    return this.attempt(() => this.api.resetAlarm(alarm), this.words.t('alarm.wasReset', { where: this.alarmWords.where(alarm) }));
  }

  comment(alarm: Alarm, text: string): Promise<boolean> {
    return this.attempt(() => this.api.commentAlarm(alarm.id, text), this.words.t('alarm.commented'));
  }

  forget(): void {
    this.done.set('');
    this.problems.set([]);
  }

  private acknowledgeAll(alarms: readonly Alarm[], comment: string): Promise<boolean> {
    return this.attempt(async () => {
      const { outcomes } = await this.api.acknowledgeAll(alarms, comment);
      const refused = outcomes.filter(({ ok }) => !ok);
      this.problems.set(
        refused.map(({ id, code, detail }) => {
          const alarm = alarms.find((each) => each.id === id);
          const why = this.refusals.sentence(new Refused((code ?? 'INTERNAL') as Refused['code'], detail ?? ''));
          return alarm ? `${this.alarmWords.where(alarm)}, ${this.alarmWords.name(alarm.definition)}: ${why}` : why;
        }),
      );
      this.done.set(this.words.n('alarm.acknowledgedMany', outcomes.length - refused.length));
    }, null);
  }

  private async attempt(act: () => Promise<unknown>, done: string | null): Promise<boolean> {
    this.forget();
    this.busy.set(true);
    try {
      await act();
      if (done !== null) this.done.set(done);
      return true;
    } catch (thrown) {
      this.problems.set([this.refusals.sentence(asRefused(thrown))]);
      return false;
    } finally {
      this.busy.set(false);
    }
  }
}
