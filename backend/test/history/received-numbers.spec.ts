import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRanges, MAX_RANGES_BEYOND, parseRanges, receive, type ReceivedNumbers } from '../../src/modules/history/received-numbers.js';

const fresh = (): ReceivedNumbers => ({ acked: 0, beyond: [] });

describe('received numbers', () => {
  it.each<[name: string, numbers: number[], acked: number, beyond: string]>([
    ['in order', [1, 2, 3], 3, '{}'],
    ['twice', [1, 1, 2, 2], 2, '{}'],
    ['out of order', [2, 3, 1], 3, '{}'],
    ['with a hole', [1, 3, 4, 6], 1, '{[3,5),[6,7)}'],
    ['hole filled downwards', [5, 4, 3], 0, '{[3,6)}'],
    ['two ranges that meet', [2, 4, 3], 0, '{[2,5)}'],
    ['hole closed at last', [2, 4, 3, 1], 4, '{}'],
  ])('%s', (_name, numbers, acked, beyond) => {
    const received = fresh();
    for (const seq of numbers) receive(received, seq);
    expect([received.acked, formatRanges(received.beyond)]).toEqual([acked, beyond]);
  });

  it('does not take a frame that would make the 65th range, and takes it once there is room', () => {
    const received = fresh();
    for (let seq = 2; seq <= 2 * MAX_RANGES_BEYOND; seq += 2) expect(receive(received, seq)).toBe('new');
    expect(receive(received, 200)).toBe('full');
    expect(receive(received, 128)).toBe('known');
    expect(receive(received, 3)).toBe('new');
    expect(receive(received, 200)).toBe('new');
  });

  it('agrees with a plain set of numbers, across being stored and read again', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 80 }), (numbers) => {
        const seen = new Set<number>();
        let received = fresh();
        for (const seq of numbers) {
          expect(receive(received, seq)).toBe(seen.has(seq) ? 'known' : 'new');
          seen.add(seq);
          received = { acked: received.acked, beyond: parseRanges(formatRanges(received.beyond)) };
        }
        let acked = 0;
        while (seen.has(acked + 1)) acked += 1;
        expect(received.acked).toBe(acked);
        const beyond = received.beyond.flatMap(([from, to]) => Array.from({ length: to - from }, (_, index) => from + index));
        expect(beyond).toEqual([...seen].filter((seq) => seq > acked).sort((a, b) => a - b));
      }),
    );
  });
});
