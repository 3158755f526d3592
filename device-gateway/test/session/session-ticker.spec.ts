import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SessionTicker } from '../../src/relay/session-ticker.js';

const NEVER = Number.POSITIVE_INFINITY;
const FIRST = 10_000;

class Sleeper {
  readonly ticks: number[] = [];
  looks = 0;

  constructor(private due: number) {}

  get dueAt(): number {
    this.looks += 1;
    return this.due;
  }

  wake(at: number): void {
    this.due = at;
    ticker.expect(this, at);
  }

  input(): void {
    this.ticks.push(performance.now());
    this.due = NEVER;
  }
}

let ticker: SessionTicker;
const open = new Set<Sleeper>();
const add = (due: number): Sleeper => {
  const sleeper = new Sleeper(due);
  open.add(sleeper);
  ticker.expect(sleeper, due);
  return sleeper;
};

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  vi.advanceTimersByTime(FIRST);
  ticker = new SessionTicker({ now: () => Date.now(), monotonic: () => performance.now() }, { open: () => open });
  ticker.start();
  // All were looked at just now: who comes from here on has to be noticed by itself.
  vi.advanceTimersByTime(30);
});

afterEach(() => {
  ticker.stop();
  open.clear();
  vi.useRealTimers();
});

describe('a session is ticked', () => {
  it.each([0, 10, 500, 990, 1_010, 60_000])('when %d ms are over, once, and at most a period late', (ms) => {
    const began = performance.now();
    const sleeper = add(began + ms);
    vi.advanceTimersByTime(ms + 25);
    expect(sleeper.ticks).toHaveLength(1);
    expect(sleeper.ticks[0]! - began).toBeGreaterThanOrEqual(ms);
    vi.advanceTimersByTime(5_000);
    expect(sleeper.ticks).toHaveLength(1);
  });

  it('sooner when it asks for it, later when it changes its mind', () => {
    const [hasty, patient] = [add(performance.now() + 60_000), add(performance.now() + 200)];
    vi.advanceTimersByTime(100);
    hasty.wake(performance.now() + 50);
    patient.wake(performance.now() + 5_000);
    vi.advanceTimersByTime(75);
    expect(hasty.ticks).toHaveLength(1);
    vi.advanceTimersByTime(4_900);
    expect(patient.ticks).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(patient.ticks).toHaveLength(1);
  });

  it('not any more when it is gone', () => {
    const gone = add(performance.now() + 5_000);
    open.delete(gone);
    gone.wake(NEVER);
    vi.advanceTimersByTime(10_000);
    expect(gone.ticks).toEqual([]);
  });
});

it('looks at who wants nothing soon once a second', () => {
  const idle = add(performance.now() + 60_000);
  vi.advanceTimersByTime(10_000);
  expect(idle.looks).toBeLessThanOrEqual(11);
});

it('lets go of who has had its tick and is gone', () => {
  const gone = add(performance.now() + 50);
  vi.advanceTimersByTime(100);
  open.delete(gone);
  const { looks } = gone;
  vi.advanceTimersByTime(10_000);
  expect([gone.ticks.length, gone.looks]).toEqual([1, looks]);
});
