import type { AlarmInstance } from './alarm.js';
import type { AlarmFact, AlarmRefusal, ConditionVerdict, ShelfKind } from './words.js';

/** What can happen to an alarm. Times in milliseconds since the epoch. */
export type AlarmEvent =
  /** `at`: the source time where it is within 5 s of the server's, else the server's. */
  | { readonly type: 'VERDICT'; readonly verdict: ConditionVerdict; readonly severity: number; readonly at: number }
  /** Prompt of the timer runner: deadlines are checked on every touch anyway. */
  | { readonly type: 'TOUCH' }
  | { readonly type: 'ACKNOWLEDGE'; readonly occurrence: number; readonly by: string }
  | { readonly type: 'RESET'; readonly by: string }
  | { readonly type: 'SHELVE'; readonly kind: ShelfKind; readonly durationMs: number; readonly by: string; readonly reason: string }
  | { readonly type: 'UNSHELVE'; readonly by: string }
  | { readonly type: 'SUPPRESS'; readonly suppressor: string }
  | { readonly type: 'UNSUPPRESS'; readonly suppressor: string }
  | {
      readonly type: 'OUT_OF_SERVICE';
      readonly by: string;
      readonly reason: string;
      readonly workOrder: string | null;
      readonly reviewAt: number | null;
    }
  | { readonly type: 'IN_SERVICE'; readonly by: string }
  | { readonly type: 'DISABLE'; readonly by: string }
  | { readonly type: 'ENABLE'; readonly by: string }
  | { readonly type: 'SILENCE'; readonly by: string }
  | { readonly type: 'COMMENT'; readonly by: string; readonly text: string };

/** What the shell must do after the state is saved. */
export type AlarmEffect =
  /** A line of the journal: the fact, the occurrence it belongs to, when it happened and who did it. */
  | { readonly type: 'JOURNAL'; readonly fact: AlarmFact; readonly occurrence: number; readonly at: number; readonly by: string | null; readonly text: string | null }
  /** Sound, colour and blinking badge: somebody has to see this now. */
  | { readonly type: 'ANNUNCIATE'; readonly occurrence: number };

export type AlarmStep =
  | { readonly accepted: true; readonly alarm: AlarmInstance; readonly effects: readonly AlarmEffect[] }
  | { readonly accepted: false; readonly refusal: AlarmRefusal; readonly alarm: AlarmInstance; readonly effects: readonly AlarmEffect[] };
