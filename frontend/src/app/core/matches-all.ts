/** Whether every word of `filter` occurs in one of the texts, whatever its case. */
export function matchesAll(texts: readonly (string | null | undefined)[], filter: string): boolean {
  const all = texts.filter(Boolean).join(' ').toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}
