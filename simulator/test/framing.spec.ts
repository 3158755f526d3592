import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace } from '../src/replay/pace.js';
import { frameRecording, RecordedStream } from '../src/replay/recorded-stream.js';
import { readRecording } from '../src/replay/recording.js';
import { firmwareFor, shiftIn, shiftToNow } from '../src/replay/shift.js';
import { csv, file } from './some-telemetry.js';

const T0 = Date.UTC(2015, 0, 1);
const MINUTE = 60_000;
const at = (minutes: number) => new Date(T0 + minutes * MINUTE).toISOString();
const points = ['a', 'b', 'c'].map((sourceId) => ({ sourceId, key: `key ${sourceId}` }));
const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -9, max: 9 })), { minLength: 1, maxLength: 60 });
const lines = (all: readonly (readonly [number, string, number])[]) => all.map(([minutes, id, value]) => [at(minutes), id, String(value)]);
const one = () => readRecording([file(csv(...lines([[0, 'a', 1], [0, 'b', 2], [15, 'a', 3], [30, 'a', 4]])))]);

describe('framing', () => {
  it('puts what was recorded at one instant into one frame, in order of time', () => {
    const { frames } = frameRecording(one(), points, 0);
    expect(frames.map(({ rows: own }) => own)).toEqual([
      [['key a', 1, 0, T0], ['key b', 2, 0, T0]],
      [['key a', 3, 0, T0 + 15 * MINUTE]],
      [['key a', 4, 0, T0 + 30 * MINUTE]],
    ]);
  });

  it('follows from the recording alone: neither the order of files and points nor a second reading changes it', () => {
    fc.assert(
      fc.property(rows, fc.boolean(), (all, isReversed) => {
        const byPoint = Map.groupBy(all, ([, id]) => id);
        const files = [...byPoint.values()].map((own) => file(csv(...lines(own))));
        const first = frameRecording(readRecording(files), points, 0);
        const second = frameRecording(readRecording(isReversed ? files.toReversed() : files), points.toReversed(), 0);
        expect(second).toEqual(first);
      }),
    );
  });

  it('holds every row exactly once', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const { frames } = frameRecording(readRecording([file(csv(...lines(all)))]), points, 0);
        const framed = frames.flatMap(({ rows: own }) => own.map(([key, value, , time]) => `${time} ${key} ${value}`));
        expect(framed.toSorted()).toEqual(all.map(([minutes, id, value]) => `${T0 + minutes * MINUTE} key ${id} ${value}`).toSorted());
        expect(new Set(frames.map(({ time }) => time)).size).toBe(frames.length);
      }),
    );
  });

  it('gives another stream to other data and to another shift, which its id names', () => {
    const plain = frameRecording(one(), points, 0);
    const shifted = frameRecording(one(), points, 5000);
    const other = frameRecording(readRecording([file(csv([at(0), 'a', '1']))]), points, 0);
    expect(plain.streamId).toMatch(/^replay-[0-9a-f]{24}$/);
    expect(shifted.streamId).toBe(`${plain.streamId}+5000`);
    expect(other.streamId).not.toBe(plain.streamId);
    expect(shifted.frames[0]?.rows[0]?.[3]).toBe(T0 + 5000);
    expect(frameRecording(one(), points, -5000).streamId).toBe(`${plain.streamId}+-5000`);
  });

  it('cuts an instant with very many rows, and gives an empty stream to a controller without a recording', () => {
    const many = Array.from({ length: 1100 }, (_, index) => ({ sourceId: `s${String(index).padStart(4, '0')}`, key: `k${index}` }));
    const recording = readRecording([file(csv(...many.map(({ sourceId }) => [at(0), sourceId, '1'])))]);
    expect(frameRecording(recording, many, 0).frames.map(({ rows: own }) => own.length)).toEqual([500, 500, 100]);
    const empty = new RecordedStream(frameRecording(recording, [], 0), new Pace(Infinity, () => 0));
    expect([empty.next, empty.isComplete, empty.resumesAt]).toEqual([1, true, null]);
  });
});

describe('a recorded stream', () => {
  it('counts what was acknowledged, in any steps', () => {
    const stream = new RecordedStream(frameRecording(one(), points, 0), new Pace(Infinity, () => 0));
    expect([stream.oldest, stream.next, stream.rows, stream.rowsBetween(1, 2)]).toEqual([1, 4, 4, 3]);
    stream.forget(1);
    expect([stream.ackedRows, stream.resumesAt]).toEqual([2, T0 + 15 * MINUTE]);
    stream.forget(1);
    stream.forget(3);
    expect([stream.ackedRows, stream.isComplete, stream.resumesAt]).toEqual([4, true, null]);
  });

  it('is backfill at full speed', () => {
    const stream = new RecordedStream(frameRecording(one(), points, 0), new Pace(Infinity, () => 0));
    expect([stream.frame(1)?.lane, stream.frame(3)?.rows.length, stream.frame(4)]).toEqual([1, 1, null]);
  });

  it('has a frame when the pace has reached its time, and not before', () => {
    let now = 0;
    const pace = new Pace(60, () => now);
    const stream = new RecordedStream(frameRecording(one(), points, 0), pace);
    expect(stream.frame(1)).toBeNull();
    pace.begin(T0);
    pace.begin(T0 + 99 * MINUTE);
    expect([stream.frame(1)?.lane, stream.frame(2)]).toEqual([0, null]);
    now = 14_999;
    expect(stream.frame(2)).toBeNull();
    now = 15_000;
    expect([stream.frame(2)?.rows[0]?.[1], stream.frame(3)]).toEqual([3, null]);
  });
});

describe('the shift', () => {
  it('makes the recording end now, to the millisecond', () => {
    expect(shiftToNow(one(), T0 + 40 * MINUTE + 0.4)).toBe(10 * MINUTE);
  });

  it('is read back from what the controllers say of themselves', () => {
    expect(shiftIn([{ firmware: firmwareFor(null) }, { firmware: firmwareFor(-7) }, { firmware: 'else' }])).toBe(-7);
    expect(shiftIn([{ firmware: firmwareFor(null) }])).toBeNull();
    expect(() => shiftIn([{ firmware: firmwareFor(1) }, { firmware: firmwareFor(2) }])).toThrow('different amounts');
  });
});
