import { SHARD_COUNT } from './words.js';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Shard of a controller's samples, 0..SHARD_COUNT - 1: FNV-1a (32 bit) over the id's UTF-16 code units,
 * xor-folded because the low bits of a plain FNV-1a hash see only the low bits of each character.
 * Gateway and backend compute it independently, so it never changes.
 */
export function shardOf(id: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), FNV_PRIME) >>> 0;
  }
  return ((hash >>> 16) ^ hash) & (SHARD_COUNT - 1);
}
