import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shardOf } from './shard.js';
import { SHARD_COUNT } from './words.js';

describe('shardOf', () => {
  // Two programs compute it; samples of a controller would change their owner if it ever gave something else.
  it.each([
    ['', 25],
    ['a', 32],
    ['00000000-0000-4000-8000-000000000000', 5],
    ['123e4567-e89b-42d3-a456-426614174000', 15],
  ])('%s is in shard %i', (id, shard) => {
    expect(shardOf(id)).toBe(shard);
  });

  it('is a shard, always the same', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const shard = shardOf(id);
        expect(Number.isInteger(shard) && shard >= 0 && shard < SHARD_COUNT).toBe(true);
        expect(shardOf(id)).toBe(shard);
      }),
    );
  });

  it('spreads ids evenly', () => {
    const counts = new Array<number>(SHARD_COUNT).fill(0);
    const ids = fc.sample(fc.uuid(), { numRuns: 6400, seed: 1 });
    for (const id of ids) counts[shardOf(id)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(160);
  });
});
