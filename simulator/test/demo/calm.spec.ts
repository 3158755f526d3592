import { describe, expect, it } from 'vitest';
import { activeFaults } from '../../src/demo/desk-readings.js';
import { backgroundFaults } from '../../src/demo/background-faults.js';
import { stepHouse } from '../../src/demo/model/house.js';
import { standingHouse } from '../../src/demo/model/house-state.js';
import { readingsOf } from '../../src/demo/model/readings.js';
import { AlarmWatch } from './alarm-watch.js';

const SEED = 'cupola';
const HOUR_MS = 3_600_000;

/** Lets the house live from a local time on; what its definitions raise, and how many controllers drop out. */
function liveThrough(local: string, hours: number, stepS: number, faultsAt: (now: number) => ReadonlySet<string>): { raised: string[]; lost: number } {
  const start = Date.parse(`${local}Z`);
  const quiet = { seed: SEED, commanded: new Map<string, number>(), faults: new Set<string>() };
  let state = stepHouse(standingHouse(start - HOUR_MS, SEED), quiet, 3600);
  const watch = new AlarmWatch(start);
  let lost = 0;
  let before: ReadonlySet<string> = new Set();
  for (let now = start; now < start + hours * HOUR_MS; now += stepS * 1000) {
    const faults = activeFaults(new Map(), faultsAt(now));
    lost += [...faults].filter((fault) => fault.startsWith('controller-dropout') && !before.has(fault)).length;
    before = faults;
    const inputs = { ...quiet, faults };
    state = stepHouse(state, inputs, stepS);
    watch.look(readingsOf(state, inputs), now);
  }
  return { raised: watch.raised, lost };
}

const NONE: ReadonlySet<string> = new Set();

describe('the alarms of Cupola House', () => {
  it.each(['2026-01-20T00:00', '2026-07-15T00:00'])('stay silent through a day on which nothing is wrong (%s)', { timeout: 120_000 }, (local) => {
    expect(liveThrough(local, 24, 120, () => NONE)).toEqual({ raised: [], lost: 0 });
  });

  it('are about four an hour with the faults that the house has by itself', { timeout: 120_000 }, () => {
    const hours = 8;
    const { raised, lost } = liveThrough('2026-04-14T08:00', hours, 15, (now) => backgroundFaults(now, SEED));
    expect(lost).toBeGreaterThan(8);
    expect(raised.length).toBeGreaterThan(8);
    expect((raised.length + lost) / hours).toBeGreaterThan(3);
    expect((raised.length + lost) / hours).toBeLessThan(5);
  });

  it('are one for a sensor that is dead', () => {
    const { raised } = liveThrough('2026-04-14T10:00', 1, 15, () => new Set(['dead-sensor.VAV-3-12']));
    expect(raised).toEqual(['Zone temperature sensor faulty: VAV-3-12.temperature']);
  });

  it('come in a storm when somebody commands one, on that floor alone', () => {
    const { raised } = liveThrough('2026-04-14T10:00', 0.25, 30, () => new Set(['alarm-storm.floor-3']));
    expect(raised.length).toBeGreaterThan(20);
    expect(raised.every((alarm) => alarm.includes(': VAV-3-'))).toBe(true);
  });
});
