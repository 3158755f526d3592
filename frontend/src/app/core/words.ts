import { Service, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { DOCUMENT } from '@angular/common';
import { TranslocoService } from '@jsverse/transloco';
import { firstValueFrom } from 'rxjs';
import type english from '../../words/en.json';
import { keepPreference, readPreference } from './preferences';

type Leaves<T, Path extends string = ''> = {
  [Key in keyof T & string]: T[Key] extends string ? `${Path}${Key}` : Leaves<T[Key], `${Path}${Key}.`>;
}[keyof T & string];

/** Every sentence of the console by its key; a misspelt key does not compile. */
export type WordKey = Leaves<typeof english>;
/** Keys that hold a `one` and an `other`. */
export type PluralKey = WordKey extends infer Key ? (Key extends `${infer Stem}.other` ? Stem : never) : never;
export type WordParams = Record<string, string | number>;

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language to start with: the one chosen last, else the browser's, else English. */
export function startLanguage(): Language {
  const wanted = readPreference('language') ?? navigator.language.slice(0, 2);
  return LANGUAGES.find((language) => language === wanted) ?? 'en';
}

/** The console's sentences in the chosen language. Reading a word inside a template follows the language by itself. */
@Service()
export class Words {
  private readonly transloco = inject(TranslocoService);
  private readonly root = inject(DOCUMENT).documentElement;
  private readonly active = toSignal(this.transloco.langChanges$, { initialValue: this.transloco.getActiveLang() });
  readonly language = computed<Language>(() => LANGUAGES.find((language) => language === this.active()) ?? 'en');
  private readonly plurals = computed(() => new Intl.PluralRules(this.language()));

  /** The sentence behind `key`, with `{{ name }}` filled from `params`. */
  readonly t = (key: WordKey, params?: WordParams): string => this.transloco.translate(key, params, this.active());

  /** The singular or plural sentence for `count`, which it can use as `{{ n }}`. */
  readonly n = (key: PluralKey, count: number, params?: WordParams): string => {
    const form = this.plurals().select(count) === 'one' ? 'one' : 'other';
    const n = new Intl.NumberFormat(this.language()).format(count);
    return this.transloco.translate(`${key}.${form}`, { n, ...params }, this.active());
  };

  /** Loads a language before switching to it, so that no key is ever shown. */
  async choose(language: Language): Promise<void> {
    await firstValueFrom(this.transloco.load(language));
    this.transloco.setActiveLang(language);
    this.root.lang = language;
    keepPreference('language', language);
  }
}
