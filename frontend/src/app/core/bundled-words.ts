import type { Translation, TranslocoLoader } from '@jsverse/transloco';
import { Service } from '@angular/core';

/** Each language is a chunk of the build, loaded when it is first chosen: nothing comes from another host. */
@Service()
export class BundledWords implements TranslocoLoader {
  async getTranslation(language: string): Promise<Translation> {
    const words = language === 'de' ? await import('../../words/de.json') : await import('../../words/en.json');
    return words.default;
  }
}
