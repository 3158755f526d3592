/** Control characters, halves of surrogate pairs and marks that turn the direction of text around: Postgres refuses some, screens would show something else than is there. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u;
const EVERY_UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu;

/** Text from a device as it can be kept and shown. */
export function plainText(text: string): string {
  return text.replace(EVERY_UNPRINTABLE, '');
}

export function isPlain(text: string): boolean {
  return !UNPRINTABLE.test(text);
}
