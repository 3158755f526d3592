import { Service, inject } from '@angular/core';
import type { Quality } from '@cupola/domain';
import { Words } from '../core/words';
import type { WordKey } from '../core/words';
import { LiveConnection } from './live-connection';

const QUALITY_WORDS = {
  GOOD: 'quality.GOOD',
  STALE: 'quality.STALE',
  DOWN: 'quality.DOWN',
  FAULT: 'quality.FAULT',
  DISABLED: 'quality.DISABLED',
  UNKNOWN: 'quality.UNKNOWN',
} as const satisfies Record<Quality, WordKey>;

/** A quality in a word. While the link is not live nothing on screen is good any more: it is only what was known last. */
@Service()
export class QualityLabel {
  private readonly words = inject(Words);
  private readonly live = inject(LiveConnection);

  readonly of = (quality: Quality): string => this.words.t(this.live.isLive() || quality !== 'GOOD' ? QUALITY_WORDS[quality] : 'quality.kept');
}
