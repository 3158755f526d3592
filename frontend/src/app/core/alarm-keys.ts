import { Service, signal } from '@angular/core';
import { keepPreference, readPreference } from './preferences';

/** Whether single keys work in alarm lists. People who dictate, or whose keyboards stick, turn them off. */
@Service()
export class AlarmKeys {
  private readonly chosen = signal(readPreference('alarmKeys') !== 'off');
  readonly enabled = this.chosen.asReadonly();

  choose(choice: 'on' | 'off'): void {
    keepPreference('alarmKeys', choice);
    this.chosen.set(choice === 'on');
  }
}
