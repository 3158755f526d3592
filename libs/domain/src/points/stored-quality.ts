import type { Quality, ValueFlag } from './words.js';
import { QUALITIES, VALUE_FLAGS } from './words.js';

const QUALITY_BITS = 0b111;
const FLAG_SHIFT = 3;

/**
 * Packs a quality and its flags into the small integer that frames and sample rows carry:
 * bits 0-2 index QUALITIES (0 = GOOD), bits 3-6 are VALUE_FLAGS in order.
 */
export function encodeQuality(quality: Quality, flags: readonly ValueFlag[] = []): number {
  return flags.reduce((bits, flag) => bits | (1 << (FLAG_SHIFT + VALUE_FLAGS.indexOf(flag))), QUALITIES.indexOf(quality));
}

/** Unpacks what `encodeQuality` packed. Codes beyond the list read as UNKNOWN: a value nobody understands is not trusted. */
export function decodeQuality(stored: number): { quality: Quality; flags: ValueFlag[] } {
  return {
    quality: QUALITIES[stored & QUALITY_BITS] ?? 'UNKNOWN',
    flags: VALUE_FLAGS.filter((_, bit) => (stored & (1 << (FLAG_SHIFT + bit))) !== 0),
  };
}
