/**
 * Reads a preference that this browser keeps. Storage may be forbidden (private windows, policies): then there is none,
 * and nothing else may depend on it.
 */
export function readPreference(key: string): string | null {
  try {
    return localStorage.getItem(`cupola.${key}`);
  } catch {
    return null;
  }
}

/** Keeps a preference where the browser allows it. */
export function keepPreference(key: string, value: string): void {
  try {
    localStorage.setItem(`cupola.${key}`, value);
  } catch {
    // Storage is forbidden here: the choice lasts until the page is closed.
  }
}
