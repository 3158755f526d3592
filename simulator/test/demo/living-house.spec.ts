import { fileHostStore } from '@cupola/device-client';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALARM_DEFINITIONS } from '../../src/demo/alarm-definitions.js';
import { type Circumstances, LivingHouse } from '../../src/demo/living-house.js';
import { StateFiles } from '../../src/demo/state-files.js';

const NOON = Date.parse('2026-04-14T10:00:00Z');
const MINUTE = 60_000;
const CALM: Circumstances = { commanded: new Map(), background: new Set(), restingSpeed: 1 };
const TRIPPED: Circumstances = { ...CALM, background: new Set(['fan-trip.AHU-3']) };
const commanding = (key: string, value: number): Circumstances => ({ ...CALM, commanded: new Map([[key, value]]) });
const FAN_LIMIT = ALARM_DEFINITIONS.find(({ name }) => name === 'Supply fan commanded on, no speed')?.limit ?? 0;

const MORNING = new LivingHouse(NOON - 90 * MINUTE, null, CALM).kept;

/** A house that has lived under these circumstances for a while. */
function livedUntil(now: number, circumstances: Circumstances, minutes: number): LivingHouse {
  const house = new LivingHouse(now - minutes * MINUTE, MORNING, CALM);
  for (let time = now - minutes * MINUTE; time <= now; time += 5000) house.live(time, circumstances);
  return house;
}

const slack = ({ readings }: LivingHouse) => Math.abs((readings.get('AHU-3.speed') ?? 0) - (readings.get('AHU-3.speed-status') ?? 0));
let folder: string;

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'cupola-house-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a house that is started again', () => {
  it('goes on as it was: no value jumps', () => {
    const house = livedUntil(NOON, commanding('VAV-3-12.setpoint', 24), 40);
    const again = new LivingHouse(NOON + 20_000, house.kept, commanding('VAV-3-12.setpoint', 24));
    house.live(NOON + 10_000, commanding('VAV-3-12.setpoint', 24));
    house.live(NOON + 20_000, commanding('VAV-3-12.setpoint', 24));
    const jumped = [...house.readings].filter(([key, value]) => Math.abs((value ?? 0) - (again.readings.get(key) ?? 0)) > 0.02 * Math.abs(value ?? 0) + 0.1);
    expect(jumped).toEqual([]);
    expect(again.readings.get('VAV-3-12.temperature')).toBeGreaterThan(22.5);
    expect(again.past).toEqual([]);
  });

  it('has its fans at the speed that they are told, in its first moment already', () => {
    for (const circumstances of [CALM, commanding('AHU-3.fan', 0), commanding('AHU-3.speed', 95)]) {
      expect(slack(new LivingHouse(NOON, null, circumstances)), 'new').toBeLessThan(FAN_LIMIT / 5);
    }
    expect(slack(new LivingHouse(NOON, livedUntil(NOON - 30_000, CALM, 2).kept, CALM)), 'kept').toBeLessThan(FAN_LIMIT / 5);
  });

  it('shows a fan that has tripped as tripped from its first moment on: its alarm neither clears nor comes twice', () => {
    const kept = livedUntil(NOON, TRIPPED, 2).kept;
    for (const house of [new LivingHouse(NOON + 10_000, kept, TRIPPED), new LivingHouse(NOON, null, TRIPPED)]) expect(slack(house)).toBeGreaterThan(FAN_LIMIT);
  });

  it('begins anew when it stood still for long, but for its meters', () => {
    const kept = { ...MORNING, chiller: { temperature: 18, load: 0 }, at: NOON - 24 * 60 * MINUTE };
    const house = new LivingHouse(NOON, kept, CALM);
    expect(house.past.length).toBeGreaterThan(60);
    const counted = (house.readings.get('EM-0.energy') ?? 0) - (kept.meters['EM-0'] ?? 0);
    expect([counted > 0, counted < 30], 'the last minutes, not a day').toEqual([true, true]);
    expect(house.readings.get('CH-1.supply')).toBeLessThan(10);
  });
});

describe('what the demo keeps', () => {
  it('is the house, and what somebody commanded until its end', async () => {
    const files = new StateFiles(folder, 'building');
    expect([await files.readHouse(), await files.readCommanded(NOON)]).toEqual([null, new Map()]);
    const { kept } = new LivingHouse(NOON, null, CALM);
    await files.writeHouse(kept);
    expect(await files.readHouse()).toEqual(kept);
    const slot = (value: number, until: number | null) => ({ value, commandId: null, since: NOON - MINUTE, until });
    const arrays = { 'AHU-3.fan': { 8: slot(0, NOON + MINUTE), 16: slot(1, null) }, 'AHU-3.speed': { 8: slot(95, NOON) }, 'LC-3A.level': {} };
    await files.arrays('controller').save({ arrays, readSeq: 0, answers: [], ended: [] });
    await writeFile(join(folder, 'building', 'other.slots.json'), 'damaged');
    expect(await files.readCommanded(NOON)).toEqual(new Map([['AHU-3.fan', 0]]));
    await expect(fileHostStore(join(folder, 'building', 'other.slots.json')).load(), 'its controller says so').rejects.toThrow();
  });
});
