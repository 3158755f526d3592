import { Service, signal } from '@angular/core';
import { keepPreference, readPreference } from './preferences';

/** Whether single keys work. People who dictate, or whose keyboards stick, turn them off. */
@Service()
export class Shortcuts {
  private readonly chosen = signal(readPreference('singleKeys') !== 'off');
  readonly enabled = this.chosen.asReadonly();

  choose(choice: 'on' | 'off'): void {
    keepPreference('singleKeys', choice);
    this.chosen.set(choice === 'on');
  }
}

const TYPING = 'input, textarea, select, dialog, [popover], .search';

/** A key meant for the page: not typed into something, and without a modifier. */
export function isSingleKey(event: KeyboardEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !event.altKey && (event.target as Element).closest(TYPING) === null;
}
