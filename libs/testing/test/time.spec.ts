import { describe, expect, it } from 'vitest';
import { FakeClock, waitFor } from '../src/index.js';

describe('the fake clock', () => {
  it('stands still until it is moved', () => {
    const clock = new FakeClock(1_000);
    expect(clock.now()).toBe(1_000);
    clock.advance(250);
    expect(clock.now()).toBe(1_250);
  });

  it('runs what falls due in order of time, each at its own time, also what was set on the way', () => {
    const clock = new FakeClock(0);
    const ran: [string, number][] = [];
    const note = (name: string) => () => void ran.push([name, clock.now()]);
    clock.setTimeout(note('late'), 300);
    clock.setTimeout(() => {
      note('early')();
      clock.setTimeout(note('set on the way'), 50);
    }, 100);
    clock.setTimeout(note('second at the same time'), 300);
    clock.setTimeout(note('not yet'), 301);
    clock.advance(300);
    expect(ran).toEqual([
      ['early', 100],
      ['set on the way', 150],
      ['late', 300],
      ['second at the same time', 300],
    ]);
    expect(clock.now()).toBe(300);
  });

  it('forgets a timer that was cancelled, twice if need be', () => {
    const clock = new FakeClock(0);
    let runs = 0;
    const cancel = clock.setTimeout(() => (runs += 1), 10);
    cancel();
    cancel();
    clock.advance(20);
    expect(runs).toBe(0);
  });
});

describe('waiting for a state', () => {
  it('returns what the condition found', async () => {
    let asked = 0;
    expect(await waitFor(() => (asked += 1) > 2 && 'found', { intervalMs: 1 })).toBe('found');
  });

  it('names the condition and its last error when time is up', async () => {
    const refused = new Error('not there');
    const waiting = waitFor(() => Promise.reject(refused), { timeoutMs: 20, intervalMs: 1 });
    await expect(waiting).rejects.toMatchObject({ message: expect.stringContaining('Promise.reject(refused)'), cause: refused });
  });
});
