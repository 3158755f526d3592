/** An exact origin out of what a person typed: a path or a capital letter is no reason to refuse it. Null for what is none. */
export function originOf(typed: string): string | null {
  const url = URL.parse(typed.trim());
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.origin : null;
}
