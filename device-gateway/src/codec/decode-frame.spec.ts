import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame } from './decode-frame.js';
import { hasForbiddenKey, isDeeperThan, spellOutNonFinite } from './json-guard.js';

describe('decodeFrame', () => {
  it.each([
    ['[1,{"a":1}]', { kind: 'hello', body: { a: 1 } }],
    ['[3,"c1","slots.changed",{},{"ttlMs":1,"key":"k","sentAt":2}]', { kind: 'call', id: 'c1', action: 'slots.changed', payload: {}, options: { ttlMs: 1, key: 'k', sentAt: 2 } }],
    ['[4,"c1",{"x":1}]', { kind: 'result', id: 'c1', payload: { x: 1 } }],
    ['[4,"c1"]', { kind: 'result', id: 'c1', payload: undefined }],
    ['[5,"c1","CODE","text",{}]', { kind: 'error', id: 'c1', code: 'CODE', text: 'text', details: {} }],
    ['[5,"","CODE"]', { kind: 'error', id: '', code: 'CODE', text: '', details: undefined }],
    ['[6,"live",7,0,1000,[[1,2,0,3]]]', { kind: 'data', isEvent: false, streamId: 'live', seq: 7, lane: 0, baseTs: 1000, rows: [[1, 2, 0, 3]] }],
    ['[8,"events",7,0,1000,[]]', { kind: 'data', isEvent: true, streamId: 'events', seq: 7, lane: 0, baseTs: 1000, rows: [] }],
    ['[9,1,2]', { kind: 'ping', n: 1, t: 2 }],
    ['[10,1,2]', { kind: 'pong', n: 1 }],
    ['[12,{}]', { kind: 'gatewayOnly', number: 12 }],
  ])('%s', (text, frame) => {
    expect(decodeFrame(text)).toEqual(frame);
  });

  it('cuts long texts of errors', () => {
    expect(decodeFrame(JSON.stringify([5, 'c', 'C', 'x'.repeat(10_000)]))).toMatchObject({ text: 'x'.repeat(500) });
  });

  it.each(['null', '{}', '[99]', '[]', '', '[', '"x"', '[9,"a",1]', '[9]', '[10,1]', '[3,"c"]', '[3,"","a",{},{}]', '[4,1]', '[5,"c",1]', '[6,"",1,0,1,[]]', '[6,"s",1.5,0,1,[]]', '["6"]', 'NaN'])(
    '%s is malformed',
    (text) => {
      expect(decodeFrame(text).kind).toBe('malformed');
    },
  );

  it('quotes nothing of what it refuses', () => {
    const told = JSON.stringify(decodeFrame('[3,"c","a",{"secret":"hunter2"},{"ttlMs":"hunter2"}]'));
    expect(told).not.toContain('hunter2');
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.array(fc.anything()).map((value) => JSON.stringify(value) ?? '')), (text) => void decodeFrame(text)));
  });
});

describe('isDeeperThan', () => {
  it.each([
    ['[[[]]]', 3, false],
    ['[[[]]]', 2, true],
    ['[{"a":[1]}]', 3, false],
    ['["[[[[[["]', 1, false],
    ['["\\"[[[["]', 1, false],
    ['["\\\\",[[]]]', 2, true],
    ['['.repeat(32_000), 12, true],
  ])('%s beyond %i: %s', (text, limit, expected) => {
    expect(isDeeperThan(text, limit)).toBe(expected);
  });
});

describe('hasForbiddenKey', () => {
  it.each([
    ['{"__proto__":1}', true],
    ['[{"a":{"constructor":1}}]', true],
    ['{"a":"__proto__"}', false],
    ['{"\\u005f_proto__":1}', true],
    ['[1,null,"x"]', false],
  ])('%s: %s', (text, expected) => {
    expect(hasForbiddenKey(JSON.parse(text))).toBe(expected);
  });
});

describe('spellOutNonFinite', () => {
  it.each([
    ['[[0,NaN,0,0]]', '[[0,1e999,0,0]]'],
    ['[[0, -Infinity ,0,0],[1,NaN,0,0]]', '[[0, 1e999 ,0,0],[1,1e999,0,0]]'],
    ['["NaN"]', '["NaN"]'],
    ['[NaNa]', '[NaNa]'],
  ])('%s', (text, expected) => {
    expect(spellOutNonFinite(text)).toBe(expected);
  });
});
