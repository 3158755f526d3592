const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether brackets nest deeper than `limit`. Runs before the parser: it accepts depths at which later steps overflow the stack. */
export function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index);
    if (inString) {
      if (char === BACKSLASH) index += 1;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === 0x5b || char === 0x7b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (char === 0x5d || char === 0x7d) depth -= 1;
  }
  return false;
}

/** Whether an object in a parsed value has a key that reaches for prototypes, however it was escaped. */
export function hasForbiddenKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasForbiddenKey);
  return Object.entries(value).some(([key, member]) => FORBIDDEN_KEYS.has(key) || hasForbiddenKey(member));
}

/**
 * JSON has no NaN and no Infinity, yet common serialisers write them. In a row of samples each becomes a number that is not
 * finite, so that its row alone is marked as faulty and the others are kept.
 */
export function spellOutNonFinite(text: string): string {
  return text.replace(/([[,]\s*)-?(?:NaN|Infinity)(?=\s*[,\]])/g, '$11e999');
}
