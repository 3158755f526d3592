import { Service, inject } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';
import type { Refused } from './refused';
import { Words } from './words';
import type { WordKey } from './words';

/** A refusal as sentences: what happened, and what to do next. */
@Service()
export class RefusalWords {
  private readonly words = inject(Words);
  private readonly transloco = inject(TranslocoService);

  sentence(refused: Refused): string {
    const { t } = this.words;
    const key = `refusal.${refused.code}`;
    const isKnown = key in this.transloco.getTranslation(this.words.language());
    const own = isKnown ? t(key as WordKey, { seconds: refused.extra.retryAfter ?? 30 }) : t('refusal.other');
    if (!refused.detail || refused.code === 'UNREADABLE') return own;
    // The server's detail names the limits and objects at hand, in English only; without it these codes say too little.
    if (SPECIFIC.has(refused.code)) return this.words.language() === 'en' ? asSentence(refused.detail) : `${own} ${asSentence(refused.detail)}`;
    return isKnown ? own : asSentence(refused.detail);
  }

  /** Rejected fields, one sentence each. */
  fields(refused: Refused): string[] {
    return (refused.extra.errors ?? []).map(({ path, message }) => asSentence(path ? `${path}: ${message}` : message));
  }

  title(refused: Refused): WordKey {
    if (refused.extra.status === 403) return 'failure.forbidden';
    if (refused.extra.status === 404) return 'failure.notFound';
    return refused.code === 'UNREACHABLE' ? 'failure.unreachable' : 'failure.failed';
  }
}

/** Codes whose detail says everything by itself. */
const SPECIFIC = new Set<string>([
  'VALIDATION_FAILED', 'OUT_OF_RANGE', 'END_REQUIRED', 'END_IN_PAST', 'END_TOO_FAR', 'CONTROLLER_OFFLINE', 'CONTROLLER_HELD', 'NOT_WRITABLE',
  'LEVEL_NOT_ALLOWED', 'DUPLICATE_CONTROLLER', 'USERNAME_TAKEN', 'LAST_ADMINISTRATOR', 'MODEL_MALFORMED', 'MODEL_EMPTY',
  'MODEL_HAS_ERRORS', 'BINDING_CONFLICT', 'CSV_INVALID', 'CONTROLLER_WRONG_STATUS', 'CONTROLLER_REFUSED', 'NOTHING_TO_RELEASE',
  'COMMAND_IN_FLIGHT', 'POINT_NOT_BOUND', 'WRONG_KIND', 'LIMITS_CROSSED',
  'LIMIT_REQUIRED', 'REFERENCE_MISSING', 'AUTO_ACK_REFUSED',
]);

function asSentence(text: string): string {
  const trimmed = text.trim();
  const start = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}
