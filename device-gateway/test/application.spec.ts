import { FRAME } from '@cupola/contracts';
import { encodeQuality } from '@cupola/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Device } from './device.js';
import { helloOf } from './device.js';
import type { Harness } from './harness.js';
import { startGateway } from './harness.js';
import type { ScriptedController } from './scripted-backend.js';

const quick = { timeout: 30_000, interval: 5 };
const FAULT = encodeQuality('FAULT');
const NOW = Date.UTC(2026, 10, 23);
let harness: Harness;
let controller: ScriptedController;
let device: Device;
beforeEach(async () => {
  harness = await startGateway({ config: { session: { ackAfterMs: 10, refreshEveryMs: 20 } } });
  ({ controller, device } = await harness.online());
});
afterEach(() => harness.close());

/** Sends one frame whose last row is good, and gives what was stored of it. */
async function stored(rows: unknown[], baseTs: unknown = Date.now()): Promise<[number, number | null, number][]> {
  device.data(1, [...rows, [0, 77, 0, 0]], { baseTs });
  await vi.waitFor(() => expect(device.all(FRAME.ack).at(-1)?.[2]).toBe(1), quick);
  return (harness.backend.frames[0]?.rows ?? []).map(([channel, , , value, quality]) => [channel, value, quality]);
}

describe('values', () => {
  it.each([
    ['text', [0, '21', 0, 0], [100, null, FAULT]],
    ['a boolean', [1, true, 0, 0], [101, null, FAULT]],
    ['an object', [0, { $gt: 1 }, 0, 0], [100, null, FAULT]],
    ['a list', [0, [1], 0, 0], [100, null, FAULT]],
    ['2 in a binary point', [1, 2, 0, 0], [101, null, FAULT]],
    ['a fraction in a multistate point', [2, 1.5, 0, 0], [102, null, FAULT]],
    ['an unknown state code', [2, 9, 0, 0], [102, null, FAULT]],
    ['A5 2^53 + 1', [0, 2 ** 53 + 1, 0, 0], [100, 2 ** 53, 0]],
    ['null', [0, null, FAULT, 0], [100, null, FAULT]],
    ['a quality beyond the list', [0, 5, 7, 0], [100, 5, encodeQuality('UNKNOWN')]],
    ['a quality of text', [0, 5, 'GOOD', 0], [100, 5, encodeQuality('UNKNOWN')]],
    ['a quality with flags', [0, 5, encodeQuality('GOOD', ['overridden']), 0], [100, 5, encodeQuality('GOOD', ['overridden'])]],
  ])('%s', async (_, row, expected) => {
    expect(await stored([row])).toEqual([expected, [100, 77, 0]]);
  });

  it.each(['1e400', '-1e400', 'NaN', 'Infinity', '-Infinity'])('A4 %s is stored as a fault, the rest of its frame as it is', async (literal) => {
    device.send(`[6,"live",1,0,${Date.now()},[[0,${literal},0,0],[1,1,0,0]]]`);
    await device.next(FRAME.ack);
    expect(harness.backend.frames[0]?.rows.map(([channel, , , value, quality]) => [channel, value, quality])).toEqual([
      [100, null, FAULT],
      [101, 1, 0],
    ]);
  });
});

describe('rows that are refused alone', () => {
  it.each([
    ['A6 a foreign alias', [77, 1, 0, 0], 77],
    ['an alias of text', ['temperature', 1, 0, 0], null],
    ['A3 __proto__ as alias', ['__proto__', 1, 0, 0], null],
    ['three entries', [0, 1, 0], null],
    ['no row at all', null, null],
    ['a time of text', [0, 1, 0, 'now'], 0],
    ['a fraction of a millisecond', [0, 1, 0, 0.5], 0],
  ])('%s', async (_, row, alias) => {
    expect(await stored([row])).toEqual([[100, 77, 0]]);
    expect((await device.next(FRAME.error)).slice(1)).toEqual([
      '',
      'ROWS_REFUSED',
      expect.any(String),
      { stream: 'live', seq: 1, count: 1, rows: [{ alias, reason: expect.any(String) as string }] },
    ]);
  });

  it('names at most twenty of a thousand, and takes a thousand rows of a frame', async () => {
    device.data(1, Array.from({ length: 1200 }, () => [77, 1, 0, 0]));
    const [, , , , details] = await device.next(FRAME.error);
    expect(details).toMatchObject({ count: 1001, rows: { length: 20 } });
    await device.next(FRAME.ack);
  });

  it.each([[undefined], ['x'], [{}]])('rows that are no list (%s): the number is acknowledged, nothing is stored', async (rows) => {
    device.data(1, rows);
    await device.next(FRAME.ack);
    expect(harness.backend.frames[0]?.rows).toEqual([]);
    expect((await device.next(FRAME.error))[2]).toBe('ROWS_REFUSED');
  });
});

describe('source times', () => {
  it.each([
    ['A12 2106', Date.UTC(2106, 1, 7)],
    ['A12 F12 five minutes ahead', Date.now() + 300_000],
  ])('%s: the received time, marked as suspect', async (_, baseTs) => {
    device.data(1, [[0, 5, 0, 0]], { baseTs });
    await device.next(FRAME.ack);
    const [, source, received, value, quality] = harness.backend.frames[0]!.rows[0]!;
    expect(source).toBe(received);
    expect(Math.abs(received - Date.now())).toBeLessThan(30_000);
    expect([value, quality]).toEqual([5, encodeQuality('GOOD', ['suspectTime'])]);
  });

  it.each([
    ['A12 1970', 1000],
    ['A12 F12 seconds for milliseconds', Math.floor(NOW / 1000)],
    ['A12 text', '2026-11-23'],
    ['null', null],
    ['A5 2^53 + 1', 2 ** 53 + 2],
  ])('%s: that row is refused by name, the others are stored and acknowledged', async (_, baseTs) => {
    const good = Date.now();
    const shift = typeof baseTs === 'number' && Number.isSafeInteger(baseTs) ? good - baseTs : null;
    device.data(1, shift === null ? [[0, 1, 0, 0]] : [[0, 1, 0, 0], [1, 1, 0, shift]], { baseTs });
    await device.next(FRAME.ack);
    const [, , code, , details] = await device.next(FRAME.error);
    expect([code, details]).toMatchObject(['ROWS_REFUSED', { stream: 'live', seq: 1, rows: [{ alias: 0, reason: expect.stringContaining('source time') as string }] }]);
    expect(harness.backend.frames[0]?.rows.map(([channel, source]) => [channel, source])).toEqual(shift === null ? [] : [[101, good]]);
  });

  it('keeps 19 years of backfill as it is', async () => {
    const baseTs = Date.now() - 19 * 365 * 86_400_000;
    device.data(1, [[0, 1, 0, 0]], { baseTs, lane: 1 });
    await device.next(FRAME.ack);
    expect(harness.backend.frames[0]).toMatchObject({ lane: 1, rows: [[100, baseTs, expect.any(Number), 1, 0]] });
  });
});

describe('frames', () => {
  it.each([
    ['A1 null', 'null'],
    ['A1 an object', '{}'],
    ['A1 an unknown kind', '[99]'],
    ['no kind', '[]'],
    ['nothing', ''],
    ['half of one', '[6,"live",1'],
    ['A2 depth 32,000', `${'['.repeat(32_000)}${']'.repeat(32_000)}`],
    ['A3 a key that reaches for prototypes', '[3,"c","slots.changed",{"__proto__":{"x":1}},{"ttlMs":1,"key":"k","sentAt":1}]'],
    ['A3 the same, escaped', '[4,"c",{"\\u005f_proto__":1}]'],
    ['DATA without a stream', '[6,null,1,0,1,[]]'],
    ['DATA with a number of text', '[6,"live","1",0,1,[]]'],
    ['DATA with number 0', '[6,"live",0,0,1,[]]'],
    ['A5 DATA with number 2^53 + 1', '[6,"live",9007199254740993,0,1,[]]'],
    ['CALL without options', '[3,"c","slots.changed",{}]'],
    ['RESULT without an id', '[4,null,{}]'],
  ])('%s: MALFORMED, and the session goes on', async (_, text) => {
    device.send(text);
    expect((await device.next(FRAME.error)).slice(0, 3)).toEqual([5, '', 'MALFORMED']);
    device.send([FRAME.ping, 1, 1]);
    await device.next(FRAME.pong);
  });

  it.each([
    ['A9 a second HELLO', () => [FRAME.hello, helloOf(controller.id)], 4400],
    ['A15 WELCOME', () => [FRAME.welcome, {}], 4400],
    ['A15 ACK', () => [FRAME.ack, 'live', 5, 64], 4400],
    ['A15 NOTIFY', () => [FRAME.notify, 'points', 'r', 1, 1, 'x'], 4400],
    ['A15 DRAIN', () => [FRAME.drain, {}], 4400],
    ['A11 a number far ahead', () => [FRAME.data, 'live', 5_000_000, 0, NOW, []], 4509],
  ])('%s closes the session', async (_, frame, code) => {
    device.send(frame());
    expect((await device.closed).code).toBe(code);
  });

  it('a stream that HELLO did not name: an ERROR, nothing stored', async () => {
    device.data(1, [[0, 1, 0, 0]], { stream: 'other' });
    expect((await device.next(FRAME.error)).slice(2)).toEqual(['UNKNOWN_STREAM', expect.any(String), { stream: 'other', seq: 1 }]);
    expect(harness.backend.frames).toEqual([]);
  });

  it('an unknown lane: an ERROR, and never taken for news', async () => {
    device.data(1, [[0, 1, 0, 0]], { lane: 7 });
    expect((await device.next(FRAME.error))[2]).toBe('BAD_LANE');
    await device.next(FRAME.ack);
    expect(harness.backend.frames[0]?.lane).toBe(1);
  });

  it('EVENT is stored as DATA is', async () => {
    device.send([FRAME.event, 'live', 1, 0, Date.now(), [[1, 1, 0, 0]]]);
    await device.next(FRAME.ack);
    expect(harness.backend.frames[0]?.rows).toHaveLength(1);
  });

  it('A16 more frames than credits: 4429', async () => {
    let release = (): void => undefined;
    harness.backend.before.ingest = () => new Promise((resolve) => (release = resolve));
    for (let seq = 1; seq <= 65; seq += 1) device.data(seq, []);
    expect((await device.closed).code).toBe(4429);
    release();
  });

  it('A13 a result that nobody waits for is counted and ignored', async () => {
    device.send([FRAME.result, 'nobody', { a: 1 }]);
    device.send([FRAME.error, 'nobody', 'X', 'y', {}]);
    device.send([FRAME.ping, 1, 1]);
    await device.next(FRAME.pong);
    const metrics = await (await fetch(`${harness.url}/metrics`)).text();
    expect(metrics).toContain('cupola_gateway_events_total{event="lateResults"} 2');
    expect(metrics).toContain('cupola_gateway_sessions{phase="active"} 1');
  });
});

describe('before HELLO', () => {
  it.each([
    ['A8 DATA', [FRAME.data, 'live', 1, 0, NOW, []]],
    ['A8 PING', [FRAME.ping, 1, 1]],
    ['A8 something malformed', 'x'],
    ['A10 HELLO of another device', [FRAME.hello, helloOf('2b1f8a34-9d0c-4c3e-8a51-0f6f6d5a7b11')]],
    ['HELLO without a device', [FRAME.hello, {}]],
    ['A18 HELLO with 10 kB of text', [FRAME.hello, { ...helloOf('2b1f8a34-9d0c-4c3e-8a51-0f6f6d5a7b11'), firmware: 'x'.repeat(10_000) }]],
    ['HELLO with nine streams', [FRAME.hello, { streams: Array.from({ length: 9 }, (_, index) => ({ id: `s${index}`, oldest: 1, next: 1 })) }]],
  ])('%s', async (name, frame) => {
    const early = await harness.connect(harness.backend.addController());
    early.send(frame);
    const { code, reason } = await early.closed;
    expect(code).toBe(name === 'A10 HELLO of another device' ? 4509 : 4400);
    // At once, not because HELLO did not come in time.
    expect(reason).not.toContain('no HELLO within');
    await vi.waitFor(() => expect(harness.backend.ended.at(-1)?.reason).toBe('bad_hello'), quick);
  });

  it('A8 a frame between HELLO and WELCOME: 4400', async () => {
    let release = (): void => undefined;
    harness.backend.before.hello = () => new Promise((resolve) => (release = resolve));
    const known = harness.backend.addController();
    const early = await harness.connect(known);
    early.hello(known.id);
    early.data(1, []);
    expect((await early.closed).code).toBe(4400);
    release();
  });
});
