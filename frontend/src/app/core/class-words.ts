import { Service, inject } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';
import { Words } from './words';
import type { WordKey } from './words';

/** What a class of a building model is called: in the reader's language where we have its word, else as the model's own words. */
@Service()
export class ClassWords {
  private readonly words = inject(Words);
  private readonly transloco = inject(TranslocoService);

  of(name: string): string {
    const key = `class.${name}`;
    return key in this.transloco.getTranslation(this.words.language()) ? this.words.t(key as WordKey) : name.replaceAll('_', ' ').trim();
  }
}
