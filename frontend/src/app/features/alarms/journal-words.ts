import { Service, inject } from '@angular/core';
import type { AlarmJournalLine } from '@cupola/contracts';
import { Format } from '../../core/format';
import { Words } from '../../core/words';
import { AlarmWords } from '../../live/alarm-words';

/** A line of the journal as a sentence. */
@Service()
export class JournalWords {
  private readonly words = inject(Words);
  private readonly alarmWords = inject(AlarmWords);
  private readonly format = inject(Format);

  what({ fact }: AlarmJournalLine): string {
    return this.words.t(`alarm.fact.${fact}`);
  }

  /** Who did it, and what they said or what was measured. */
  more({ by, text, value }: AlarmJournalLine, unit: string | null): string {
    const parts = [by === null ? '' : this.alarmWords.person(by), text ?? '', value === null ? '' : this.format.quantity(value, unit)];
    return parts.filter(Boolean).join(', ');
  }
}
