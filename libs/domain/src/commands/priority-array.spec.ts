import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterUnknownStop,
  applyOperation,
  effectiveValue,
  EMPTY_ARRAY,
  expireSlots,
  mayServerWrite,
  nextExpiry,
  remainingMs,
  reportSlots,
  winnerOf,
  type ArrayOperation,
  type PriorityArray,
} from './priority-array.js';
import { PRIORITY_LEVELS, type PriorityLevel } from './words.js';

const T0 = 1_000_000;
const write = (over: Partial<ArrayOperation> = {}): ArrayOperation => ({ operation: 'write', level: 8, value: 21, commandId: 'a', remainingMs: 60_000, ...over });
const release = (over: Partial<ArrayOperation> = {}): ArrayOperation => ({ operation: 'release', level: 8, value: null, commandId: 'a', remainingMs: null, ...over });

function apply(array: PriorityArray, operation: ArrayOperation, now = T0): PriorityArray {
  const outcome = applyOperation(array, operation, now);
  if (!outcome.accepted) throw new Error(outcome.code);
  return outcome.array;
}

describe('one operation', () => {
  it.each([
    ['level 7 belongs to the device', write({ level: 7 }), 'LEVEL_NOT_ALLOWED'],
    ['level 1 is not released either', release({ level: 1 }), 'LEVEL_NOT_ALLOWED'],
    ['a write needs a value', write({ value: null }), 'WRONG_KIND'],
    ['NaN is no value', write({ value: NaN }), 'WRONG_KIND'],
    ['Infinity is no value', write({ value: Infinity }), 'WRONG_KIND'],
    ['level 8 needs an end', write({ remainingMs: null }), 'END_REQUIRED'],
    ['no time left', write({ remainingMs: 0 }), 'END_IN_PAST'],
  ] as const)('is refused: %s', (_, operation, code) => {
    expect(applyOperation(EMPTY_ARRAY, operation, T0)).toEqual({ accepted: false, code });
  });

  it('fills a slot until its end', () => {
    expect(apply(EMPTY_ARRAY, write())).toEqual({ 8: { value: 21, commandId: 'a', since: T0, until: T0 + 60_000 } });
  });

  it('fills a slot of another level without an end', () => {
    expect(apply(EMPTY_ARRAY, write({ level: 16, remainingMs: null }))[16]?.until).toBeNull();
  });

  it('replaces the owner of a slot', () => {
    expect(apply(apply(EMPTY_ARRAY, write()), write({ commandId: 'b', value: 22 }))[8]).toMatchObject({ commandId: 'b', value: 22 });
  });

  it('releases what the named command owns, and nothing else', () => {
    const array = apply(apply(EMPTY_ARRAY, write()), write({ level: 10 }));
    expect(apply(array, release())).toEqual({ 10: array[10] });
    expect(applyOperation(array, release({ commandId: 'b' }), T0)).toEqual({ accepted: false, code: 'OVERTAKEN' });
    expect(apply(array, release({ level: 12 }))).toBe(array);
  });
});

describe('the value in force', () => {
  it('is the relinquish default of an empty array', () => {
    expect(effectiveValue(EMPTY_ARRAY, 20)).toBe(20);
    expect(effectiveValue(EMPTY_ARRAY, null)).toBeNull();
    expect(winnerOf(EMPTY_ARRAY)).toBeNull();
  });

  it('is that of the highest filled level, as a plain search finds it', () => {
    fc.assert(
      fc.property(arrays(), (array) => {
        const filled = Object.keys(array).map(Number);
        const highest = filled.length === 0 ? null : (Math.min(...filled) as PriorityLevel);
        expect(winnerOf(array)).toBe(highest);
        expect(effectiveValue(array, -1)).toBe(highest === null ? -1 : array[highest]?.value);
      }),
    );
  });
});

describe('the end of slots', () => {
  it('comes exactly at its time, highest level first', () => {
    const array = apply(apply(EMPTY_ARRAY, write({ level: 12, commandId: 'b' })), write());
    expect(expireSlots(array, T0 + 59_999)).toEqual({ array, ended: [] });
    expect(expireSlots(array, T0 + 60_000)).toEqual({
      array: {},
      ended: [
        { level: 8, commandId: 'a' },
        { level: 12, commandId: 'b' },
      ],
    });
  });

  it('leaves nothing that is over and touches nothing else', () => {
    fc.assert(
      fc.property(arrays(), fc.integer({ min: T0, max: T0 + 10_000 }), (array, now) => {
        const { array: after, ended } = expireSlots(array, now);
        for (const level of PRIORITY_LEVELS) {
          const until = array[level]?.until;
          const isOver = typeof until === 'number' && until <= now;
          expect(after[level]).toEqual(isOver ? undefined : array[level]);
          expect(ended.some((slot) => slot.level === level)).toBe(isOver);
        }
        const next = nextExpiry(after);
        expect(next === null || next > now).toBe(true);
      }),
    );
  });

  it('is the same whether it is looked at often or once', () => {
    fc.assert(
      fc.property(arrays(), fc.array(fc.integer({ min: T0, max: T0 + 10_000 }), { maxLength: 5 }), (array, looks) => {
        const end = T0 + 10_000;
        const often = looks.sort((a, b) => a - b).reduce((state, now) => expireSlots(state, now).array, array);
        expect(expireSlots(often, end).array).toEqual(expireSlots(array, end).array);
      }),
    );
  });

  it('is unknown after a stop of unknown length: what has an end is released, locks are kept', () => {
    const array = apply(apply(EMPTY_ARRAY, write()), write({ level: 9, remainingMs: null }));
    expect(afterUnknownStop(array)).toEqual({ 9: array[9] });
  });

  it('is null for a slot without one', () => {
    expect(nextExpiry(apply(EMPTY_ARRAY, write({ level: 16, remainingMs: null })))).toBeNull();
    expect(nextExpiry(EMPTY_ARRAY)).toBeNull();
  });
});

describe('the report', () => {
  it('carries remaining times, never negative ones', () => {
    const array = apply(apply(EMPTY_ARRAY, write()), write({ level: 16, remainingMs: null, value: 5 }));
    expect(reportSlots(array, T0 + 20_000)).toEqual([
      { level: 8, value: 21, commandId: 'a', remainingMs: 40_000 },
      { level: 16, value: 5, commandId: 'a', remainingMs: null },
    ]);
    expect(remainingMs({ value: 1, commandId: null, since: 0, until: 5 }, 9)).toBe(0);
  });
});

it('lets the server write at level 8 and below', () => {
  expect(PRIORITY_LEVELS.filter(mayServerWrite)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16]);
});

function arrays(): fc.Arbitrary<PriorityArray> {
  const slot = fc.record({
    value: fc.integer(),
    commandId: fc.option(fc.string()),
    since: fc.constant(T0),
    until: fc.option(fc.integer({ min: T0, max: T0 + 10_000 })),
  });
  return fc.uniqueArray(fc.tuple(fc.constantFrom(...PRIORITY_LEVELS), slot), { selector: ([level]) => level }).map(Object.fromEntries);
}
