import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRanges, MAX_RANGES_BEYOND, parseRanges, passOver, receive, type ReceivedNumbers } from '../../src/modules/history/received-numbers.js';

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

  it.each<[name: string, numbers: number[], loss: [number, number], missing: [number, number][] | null, acked: number, beyond: string]>([
    ['a loss at the front', [4], [1, 3], [[1, 4]], 4, '{}'],
    ['a loss around what arrived', [3, 5], [1, 6], [[1, 3], [4, 5], [6, 7]], 6, '{}'],
    ['a loss beyond a hole', [1], [4, 9], [[4, 10]], 1, '{[4,10)}'],
    ['a loss that touches what lies beyond', [2, 5], [3, 4], [[3, 5]], 0, '{[2,6)}'],
    ['what was stored', [1, 2, 3], [1, 3], [], 3, '{}'],
    ['half of it stored', [1, 2], [1, 4], [[3, 5]], 4, '{}'],
  ])('passes over %s', (_name, numbers, [from, to], missing, acked, beyond) => {
    const received = fresh();
    for (const seq of numbers) receive(received, seq);
    expect(passOver(received, from, to)).toEqual(missing);
    expect([received.acked, formatRanges(received.beyond)]).toEqual([acked, beyond]);
    expect(passOver(received, from, to)).toEqual([]);
  });

  it('does not note a loss that would make the 65th range, unless it fills the first hole', () => {
    const received = fresh();
    for (let seq = 2; seq <= 2 * MAX_RANGES_BEYOND; seq += 2) receive(received, seq);
    expect(passOver(received, 200, 300)).toBeNull();
    expect(received.beyond).toHaveLength(MAX_RANGES_BEYOND);
    expect(passOver(received, 1, 1)).toEqual([[1, 2]]);
    expect(passOver(received, 200, 300)).toEqual([[200, 301]]);
  });

  it('every number is stored or lost, never both, whatever the order', () => {
    const arrival = fc.record({ isLoss: fc.boolean(), from: fc.integer({ min: 1, max: 40 }), length: fc.nat(6) });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 60 }), (arrivals) => {
        const stored = new Set<number>();
        const lost = new Set<number>();
        const received = fresh();
        for (const { isLoss, from, length } of arrivals) {
          if (!isLoss) {
            expect(receive(received, from)).toBe(stored.has(from) || lost.has(from) ? 'known' : 'new');
            if (!lost.has(from)) stored.add(from);
          } else {
            for (const [first, end] of passOver(received, from, from + length) ?? []) {
              for (let seq = first; seq < end; seq += 1) {
                expect(stored.has(seq) || lost.has(seq)).toBe(false);
                lost.add(seq);
              }
            }
            for (let seq = from; seq <= from + length; seq += 1) expect(stored.has(seq) || lost.has(seq)).toBe(true);
          }
        }
        const seen = [...stored, ...lost].sort((a, b) => a - b);
        let acked = 0;
        while (stored.has(acked + 1) || lost.has(acked + 1)) acked += 1;
        expect(received.acked).toBe(acked);
        const beyond = received.beyond.flatMap(([from, to]) => Array.from({ length: to - from }, (_, index) => from + index));
        expect(beyond).toEqual(seen.filter((seq) => seq > acked));
      }),
    );
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
