import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingIn, noteAckSent, openWindow, owesAck, passOver, receiveNumber, releasable, storeUpTo, type StreamWindow } from './stream-window.js';

const receive = (window: StreamWindow, ...numbers: number[]) => numbers.reduce((current, seq) => receiveNumber(current, seq).window, window);

describe('receiveNumber', () => {
  it.each([
    ['the next number', openWindow(5), 6, { kind: 'next' }],
    ['a number that is stored', openWindow(5), 5, { kind: 'repeated', isStored: true }],
    ['a number far back', openWindow(5), 1, { kind: 'repeated', isStored: true }],
    ['a number that is on its way', receive(openWindow(5), 6), 6, { kind: 'repeated', isStored: false }],
    ['a number beyond a gap', openWindow(5), 9, { kind: 'gap', from: 6, to: 8 }],
    ['a second number beyond it', receive(openWindow(5), 9), 10, { kind: 'next' }],
    ['a number that fills the gap', receive(openWindow(5), 9), 7, { kind: 'filling' }],
  ])('%s', (_, window, seq, arrival) => {
    expect(receiveNumber(window, seq).arrival).toEqual(arrival);
  });

  it('a repeated number that is stored is owed an acknowledgement, one on its way is not', () => {
    expect(owesAck(receive(openWindow(5), 3))).toBe(true);
    expect(owesAck(receive(openWindow(5), 6, 6))).toBe(false);
  });
});

describe('passOver', () => {
  it('makes the number after a loss the next one', () => {
    const window = passOver(openWindow(2), 5);
    expect(receiveNumber(window, 6).arrival).toEqual({ kind: 'next' });
    expect(receiveNumber(window, 4).arrival).toEqual({ kind: 'filling' });
    expect(passOver(window, 3)).toBe(window);
  });
});

describe('missingIn', () => {
  it.each([
    ['nothing arrived', openWindow(3), [{ from: 4, to: 9 }]],
    ['some did, out of order', receive(openWindow(3), 8, 5, 6), [{ from: 4, to: 4 }, { from: 7, to: 7 }, { from: 9, to: 9 }]],
    ['all is stored', openWindow(9), []],
    ['all arrived', receive(openWindow(3), 4, 5, 6, 7, 8, 9), []],
  ])('%s', (_, window, missing) => {
    expect(missingIn(window, 2, 9)).toEqual(missing);
  });

  it('names exactly the numbers that are neither stored nor on their way', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 }), fc.array(fc.integer({ min: 1, max: 30 })), fc.integer({ min: 1, max: 30 }), fc.nat(10), (acked, seqs, from, length) => {
        const window = receive(openWindow(acked), ...seqs);
        const named = missingIn(window, from, from + length).flatMap((range) => Array.from({ length: range.to - range.from + 1 }, (_, index) => range.from + index));
        const all = Array.from({ length: length + 1 }, (_, index) => from + index);
        expect(named).toEqual(all.filter((seq) => seq > acked && !window.open.includes(seq)));
      }),
    );
  });
});

describe('acknowledging', () => {
  it('releases what is stored, keeps what lies beyond a gap', () => {
    const stored = storeUpTo(receive(openWindow(0), 1, 2, 4), 2);
    expect([owesAck(stored), releasable(stored)]).toEqual([true, 2]);
    expect(noteAckSent(stored)).toEqual({ acked: 2, ackSent: 2, highest: 4, open: [4], owesRepeat: false });
  });

  it('never moves back', () => {
    const window = openWindow(9);
    expect(storeUpTo(window, 8)).toBe(window);
  });

  it('goes beyond what arrived when the store knows more', () => {
    expect(storeUpTo(openWindow(0), 7)).toMatchObject({ acked: 7, highest: 7 });
  });
});

type Move = { kind: 'frame'; seq: number } | { kind: 'store' } | { kind: 'ack' };

describe('any sequence of frames, commits and acknowledgements', () => {
  const move = fc.oneof(
    fc.integer({ min: 1, max: 30 }).map((seq): Move => ({ kind: 'frame', seq })),
    fc.constant<Move>({ kind: 'store' }),
    fc.constant<Move>({ kind: 'ack' }),
  );

  it('acknowledges only what arrived without a gap, in growing numbers, and passes each number on at most once until it is stored', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 200 }), (moves) => {
        let window = openWindow(0);
        const arrived = new Set<number>();
        for (const each of moves) {
          const before = window;
          if (each.kind === 'frame') {
            const { window: next, arrival } = receiveNumber(window, each.seq);
            window = next;
            if (arrival.kind !== 'repeated') {
              expect(before.open).not.toContain(each.seq);
              arrived.add(each.seq);
            }
          } else if (each.kind === 'store') {
            let acked = window.acked;
            while (arrived.has(acked + 1)) acked += 1;
            window = storeUpTo(window, acked);
          } else window = noteAckSent(window);
          for (let seq = 1; seq <= window.ackSent; seq += 1) expect(arrived).toContain(seq);
          expect(window.ackSent).toBeGreaterThanOrEqual(before.ackSent);
          expect(window.ackSent).toBeLessThanOrEqual(window.acked);
          expect(window.highest).toBeGreaterThanOrEqual(window.acked);
          expect(new Set(window.open).size).toBe(window.open.length);
          expect(window.open.every((seq) => seq > window.ackSent)).toBe(true);
        }
      }),
    );
  });
});
