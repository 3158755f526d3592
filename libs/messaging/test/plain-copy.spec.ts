import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyPlain } from '../src/plain-copy.js';

describe('copyPlain', () => {
  it('gives what a trip through JSON gives', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(copyPlain(value)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('turns -0 into 0', () => {
    expect(copyPlain([-0, { a: -0 }])).toEqual([0, { a: 0 }]);
  });

  it('shares no object with its source', () => {
    const source = { rows: [[1, 2]], inner: { a: 1 } };
    const copy = copyPlain(source);
    copy.rows[0]?.push(3);
    copy.inner.a = 2;
    expect(source).toEqual({ rows: [[1, 2]], inner: { a: 1 } });
  });

  it.each([
    [{ a: undefined, b: Number.NaN, c: Infinity, d: [undefined] }, '{"b":null,"c":null,"d":[null]}'],
    [JSON.parse('{"__proto__":{"polluted":true}}'), '{"__proto__":{"polluted":true}}'],
  ])('treats the odd values of %o as JSON does', (source, expected) => {
    const copy: object = copyPlain(source) as object;
    expect(JSON.stringify(copy)).toBe(expected);
    expect('polluted' in copy).toBe(false);
  });

  it.each([['a date', new Date(0)], ['a function', () => 1], ['a big number', 1n], ['a map', new Map()]])('refuses %s', (_, value) => {
    expect(() => copyPlain({ value })).toThrow(TypeError);
  });
});
