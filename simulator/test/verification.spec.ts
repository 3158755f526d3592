import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AckLog, readAckLog } from '../src/replay/ack-log.js';
import { compareSamples, type Sample } from '../src/replay/history-check.js';

describe('comparison', () => {
  it.each([
    ['equal', [[1, 2]], [[1, 2]], 1, [], []],
    ['missing', [[1, 2], [2, 2]], [[2, 2]], 1, [[1, 2]], []],
    ['extra', [[1, 2]], [[1, 2], [5, 2]], 1, [], [[5, 2]]],
    ['stored twice', [[1, 2]], [[1, 2], [1, 2]], 1, [], [[1, 2]]],
    ['recorded twice, stored once', [[1, 2], [1, 2]], [[1, 2]], 1, [[1, 2]], []],
    ['another value', [[1, 0.1]], [[1, 0.10000000000000002]], 0, [[1, 0.1]], [[1, 0.10000000000000002]]],
    ['null is a value of its own', [[1, 0]], [[1, null]], 0, [[1, 0]], [[1, null]]],
  ] as [string, Sample[], Sample[], number, Sample[], Sample[]][])('%s', (_, expected, stored, equal, missing, extra) => {
    expect(compareSamples(expected, stored)).toEqual({ equal, missing, extra });
  });

  it('adds up, and finds nothing exactly when both are the same in any order', () => {
    const sample = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 2 }));
    fc.assert(
      fc.property(fc.array(sample), fc.array(sample), (expected, stored) => {
        const { equal, missing, extra } = compareSamples(expected, stored);
        expect([equal + missing.length, equal + extra.length]).toEqual([expected.length, stored.length]);
        const isSame = JSON.stringify(expected.toSorted()) === JSON.stringify(stored.toSorted());
        expect(missing.length + extra.length === 0).toBe(isSame);
      }),
    );
  });
});

describe('the log of acknowledgements', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cupola-acks-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const entry = { controller: 'c', stream: 's', from: 1, seq: 3, rows: 12 };

  it('is appended to and read back; a line that a kill tore promises nothing', async () => {
    const path = join(folder, 'deep/acks');
    for (const seq of [3, 5]) {
      const log = new AckLog(path);
      log.write({ ...entry, seq });
      log.close();
    }
    await writeFile(path, '{"at":"2026', { flag: 'a' });
    expect(await readAckLog(path)).toMatchObject([{ ...entry, seq: 3 }, { ...entry, seq: 5 }]);
  });

  it('says what is wrong with it', async () => {
    await expect(readAckLog(join(folder, 'none'))).rejects.toThrow('There is no acknowledgement log');
    await writeFile(join(folder, 'acks'), 'nonsense\n');
    await expect(readAckLog(join(folder, 'acks'))).rejects.toThrow('line 1: this is no acknowledgement.');
  });
});
