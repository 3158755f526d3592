import { describe, expect, it } from 'vitest';
import { trace } from './trace';
import type { TraceSample } from './trace';

const frame = { from: 0, to: 1000, width: 100, height: 50, gapMs: 150 };
const at = (time: number, value: number | null, quality: TraceSample[2] = 'GOOD'): TraceSample => [time, value, quality];

describe('a trace', () => {
  it('breaks where nothing is known', () => {
    const samples = [at(0, 20), at(100, 21), at(400, 22), at(500, 23), at(600, 99, 'FAULT'), at(700, null), at(750, 24)];
    const drawn = trace(samples, frame);
    expect([drawn?.paths.length, drawn?.min, drawn?.max]).toEqual([3, 20, 24]);
    expect(drawn?.paths[2]).toMatch(/h\.01$/);
  });

  it('keeps a spike however dense the samples are', () => {
    const dense = Array.from({ length: 10_000 }, (_, n) => at(n / 10, n === 5000 ? 90 : 20));
    const drawn = trace(dense, { ...frame, gapMs: 10 });
    expect(drawn?.max).toBe(90);
    expect(drawn?.paths[0]?.split('L').length).toBeLessThan(220);
    expect(drawn?.paths[0]).toContain(' 4.0');
  });

  it('draws a constant in the middle, and nothing out of nothing', () => {
    expect(trace([at(0, 5), at(100, 5)], frame)?.paths).toEqual(['M0.0 25.0L10.0 25.0']);
    expect([trace([], frame), trace([at(0, null)], frame)]).toEqual([null, null]);
  });
});
