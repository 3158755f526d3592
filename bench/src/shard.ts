/** The shard of a controller as the bus' subjects use it: FNV-1a over the id, xor-folded to 0..63. Written out because it never changes. */
export function shardOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193) >>> 0;
  return ((hash >>> 16) ^ hash) & 63;
}
