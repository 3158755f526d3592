/** Control characters and halves of surrogate pairs: Postgres refuses some of them, screens all. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const EVERY_UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;

/** Text from a device as it can be kept and shown. */
export function plainText(text: string): string {
  return text.replace(EVERY_UNPRINTABLE, '');
}

export function isPlain(text: string): boolean {
  return !UNPRINTABLE.test(text);
}
