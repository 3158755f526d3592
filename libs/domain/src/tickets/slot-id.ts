import { CLAIM_ALPHABET } from './claim-code.js';
import { drawSymbols } from './draw-symbols.js';

/** Slot ids are printed beside claim codes: digits set them apart, without 0 and 1, which look like letters. */
export const SLOT_ALPHABET = `${CLAIM_ALPHABET}23456789`;
export const SLOT_ID_LENGTH = 8;

/** Draws a slot id from random bytes; null when they do not suffice (give 32). A slot id is short, not secret. */
export function slotIdFrom(bytes: Uint8Array): string | null {
  return drawSymbols(SLOT_ALPHABET, SLOT_ID_LENGTH, bytes);
}

/** The slot id as it is stored: upper case, without the dashes and spaces that people put in. */
export function normalizeSlotId(typed: string): string {
  return typed.replace(/[\s-]/g, '').toUpperCase();
}
