/** A number in [0, 1) that follows from the words alone: the same house has the same days. */
export function chance(...words: readonly (string | number)[]): number {
  let hash = 2166136261;
  for (const char of words.join(' ')) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619);
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
  hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A value in [0, 1) that wanders smoothly, with a new direction every `periodMs`. */
export function wander(timeMs: number, periodMs: number, ...words: readonly (string | number)[]): number {
  const slot = Math.floor(timeMs / periodMs);
  const part = timeMs / periodMs - slot;
  const ease = part * part * (3 - 2 * part);
  return chance(slot, ...words) * (1 - ease) + chance(slot + 1, ...words) * ease;
}

/** Moves a value towards a target as a first-order lag does: two thirds of the way within `lagS` seconds. */
export function approach(value: number, target: number, dtS: number, lagS: number): number {
  return target + (value - target) * Math.exp(-dtS / lagS);
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
