const BYTE_VALUES = 256;

/**
 * Draws `length` symbols of `alphabet` (at most 256) from random bytes. Bytes beyond the largest multiple of the
 * alphabet's size are skipped, so that every symbol is equally likely; null when too few bytes remain.
 */
export function drawSymbols(alphabet: string, length: number, bytes: Uint8Array): string | null {
  const limit = BYTE_VALUES - (BYTE_VALUES % alphabet.length);
  const usable = [...bytes].filter((byte) => byte < limit).slice(0, length);
  return usable.length < length ? null : usable.map((byte) => alphabet.charAt(byte % alphabet.length)).join('');
}
