/**
 * Copies a JSON value, so that no two programs ever hold the same object: what one changes later the other never sees.
 * Same outcome as a trip through JSON (undefined members dropped, non-finite numbers become null), several times faster
 * than `structuredClone` on rows of numbers. Throws TypeError on what JSON cannot carry.
 */
export function copyPlain<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // Adding zero makes -0 the 0 that JSON writes for it.
      return Number.isFinite(value) ? value + 0 : null;
    case 'undefined':
      return undefined;
    case 'object':
      return copyObject(value);
    default:
      throw new TypeError(`a message cannot carry a ${typeof value}`);
  }
}

function copyObject(value: object | null): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item) => copy(item) ?? null);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`a message cannot carry a ${value.constructor.name}`);
  }
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    // Assigning `__proto__` would change the copy's prototype instead of adding a member.
    if (key === '__proto__') Object.defineProperty(result, key, { value: copy(member), enumerable: true, writable: true, configurable: true });
    else result[key] = copy(member);
  }
  return result;
}
