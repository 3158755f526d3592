import { drawSymbols } from './draw-symbols.js';

/** Letters of claim codes: typed by people, so no vowels (no words) and no look-alikes. */
export const CLAIM_ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ';
/** 20^8 codes at five tries each: a guess succeeds once in five thousand million. */
export const CLAIM_CODE_LENGTH = 8;
/** Wrong guesses that a slot bears before its code is dead. */
export const CLAIM_TRIES = 5;
export const CLAIM_TTL_MS = 15 * 60_000;
export const CLAIM_TTL_MAX_MS = 24 * 3_600_000;

/** Characters of the QR's code: 128 bits as base64url without padding. */
export const QR_CODE_LENGTH = 22;

/**
 * Draws a claim code from random bytes without favouring a letter; null when the bytes do not suffice
 * (about 6 % of them are unusable: give 32).
 */
export function claimCodeFrom(bytes: Uint8Array): string | null {
  return drawSymbols(CLAIM_ALPHABET, CLAIM_CODE_LENGTH, bytes);
}

/** The code as it is compared: people type it in lower case, with dashes and spaces. The QR's code is left as it is. */
export function normalizeClaimCode(typed: string): string {
  const letters = typed.replace(/[\s-]/g, '').toUpperCase();
  return isTypedClaimCode(letters) ? letters : typed.trim();
}

/** Whether a normalized code is of the kind that people type (and could guess). */
export function isTypedClaimCode(code: string): boolean {
  return code.length === CLAIM_CODE_LENGTH && [...code].every((letter) => CLAIM_ALPHABET.includes(letter));
}
