import { describe, expect, it } from 'vitest';
import { ROOMS } from '../../src/demo/house/rooms.js';
import { airHandlerOf, meterPower, roomOf, stepHouse } from '../../src/demo/model/house.js';
import { type HouseInputs, type HouseState, standingHouse } from '../../src/demo/model/house-state.js';
import { advanceMeter, METER_TURNS_AT } from '../../src/demo/model/meter.js';
import { readingsOf } from '../../src/demo/model/readings.js';
import { weatherAt } from '../../src/demo/model/weather.js';

const QUIET: HouseInputs = { seed: 'cupola', commanded: new Map(), faults: new Set() };
const commanding = (key: string, value: number): HouseInputs => ({ ...QUIET, commanded: new Map([[key, value]]) });
const failing = (fault: string): HouseInputs => ({ ...QUIET, faults: new Set([fault]) });
const MEETING = ROOMS.find(({ number }) => number === '3.12')!;

/** The house at a local time, after an hour in which it settled. */
function settled(local: string): HouseState {
  return stepHouse(standingHouse(Date.parse(`${local}Z`) - 3_600_000, QUIET.seed), QUIET, 3600);
}

const temperatureOf = (state: HouseState, number: string) => state.rooms[number]?.air.temperature ?? NaN;

describe('a room of Cupola House', () => {
  it.each(['2026-01-20T03:00', '2026-01-20T10:00', '2026-07-15T10:00', '2026-07-15T22:00'])('follows a setpoint 2 K higher by at least 1 K within 30 minutes of its time (%s)', (local) => {
    const before = settled(local);
    const after = stepHouse(before, commanding('VAV-3-12.setpoint', 23.5), 1800);
    expect(temperatureOf(after, '3.12') - temperatureOf(before, '3.12')).toBeGreaterThan(1);
  });

  it('warms while its damper is closed, and its air gets stale while people are in it', () => {
    const state = settled('2026-07-15T10:00');
    const busiest = ROOMS.filter(({ use }) => use === 'meeting').toSorted((a, b) => roomOf(state, b).people - roomOf(state, a).people)[0]!;
    const key = `VAV-${busiest.number.replace('.', '-')}.damper`;
    const [open, closed] = [stepHouse(state, QUIET, 1800), stepHouse(state, commanding(key, 0), 1800)];
    expect(roomOf(closed, busiest).vav.airflow).toBeLessThan(1);
    expect(roomOf(closed, busiest).air.temperature - roomOf(open, busiest).air.temperature).toBeGreaterThan(0.8);
    expect(roomOf(closed, busiest).air.co2).toBeGreaterThan(roomOf(open, busiest).air.co2 + 200);
  });

  it('warms when its reheat valve is stuck open', () => {
    const before = settled('2026-04-15T10:00');
    expect(temperatureOf(stepHouse(before, failing('stuck-valve.VAV-3-12'), 3600), '3.12') - temperatureOf(before, '3.12')).toBeGreaterThan(1);
  });

  it('is kept at the wrong temperature by a drifting sensor, and shows nothing of a dead one', () => {
    const before = settled('2026-04-15T10:00');
    const drifting = stepHouse(before, failing('drifting-sensor.VAV-3-12'), 3600);
    expect(temperatureOf(drifting, '3.12')).toBeLessThan(temperatureOf(before, '3.12') - 1);
    expect(readingsOf(before, failing('dead-sensor.VAV-3-12')).get('VAV-3-12.temperature')).toBeNull();
  });
});

describe('the house', () => {
  it('is lit, breathed in and uses power when people are there', () => {
    const [night, noon] = [settled('2026-02-11T03:00'), settled('2026-02-11T11:00')];
    const total = (state: HouseState, of: (room: HouseState['rooms'][string]) => number) => Object.values(state.rooms).reduce((sum, room) => sum + of(room), 0);
    expect(total(noon, ({ people }) => people)).toBeGreaterThan(total(night, ({ people }) => people) + 60);
    expect(meterPower(noon, 'EM-3L')).toBeGreaterThan(meterPower(night, 'EM-3L') + 1);
    expect(total(noon, ({ air }) => air.co2)).toBeGreaterThan(total(night, ({ air }) => air.co2) + 1000);
    expect(meterPower(noon, 'EM-0')).toBeGreaterThan(1.3 * meterPower(night, 'EM-0'));
    expect(readingsOf(night, QUIET).get('LC-3A.status')).toBe(0);
  });

  it('obeys a commanded dim level, fan, fan speed and supply setpoint', () => {
    const state = settled('2026-07-15T11:00');
    const after = (key: string, value: number) => stepHouse(state, commanding(key, value), 900);
    expect(after('LC-3E.level', 40).lamps['LC-3E']?.level).toBeCloseTo(40, 1);
    expect(airHandlerOf(after('AHU-2.fan', 0), 'AHU-2').speed).toBeLessThan(1);
    expect(airHandlerOf(after('AHU-2.speed', 44), 'AHU-2').speed).toBeCloseTo(44, 1);
    expect(airHandlerOf(after('AHU-2.supply-setpoint', 18), 'AHU-2').supply).toBeCloseTo(18, 1);
    expect(after('CH-1.enable', 0).chiller.temperature).toBeGreaterThan(state.chiller.temperature + 2);
  });

  it('warms on the floors of a tripped fan, whose speed no longer follows its command', () => {
    const state = settled('2026-07-15T11:00');
    const tripped = stepHouse(state, failing('fan-trip.AHU-2'), 2400);
    const readings = readingsOf(tripped, failing('fan-trip.AHU-2'));
    expect([readings.get('AHU-2.fan'), readings.get('AHU-2.fan-status')]).toEqual([1, 0]);
    expect((readings.get('AHU-2.speed') ?? 0) - (readings.get('AHU-2.speed-status') ?? 0)).toBeGreaterThan(30);
    expect(temperatureOf(tripped, '3.01')).toBeGreaterThan(temperatureOf(state, '3.01') + 0.5);
    expect(Math.abs(temperatureOf(tripped, '0.01') - temperatureOf(state, '0.01'))).toBeLessThan(0.5);
  });

  it('lives the same day twice, whatever the length of its steps says', () => {
    const start = settled('2026-03-03T09:00');
    expect(stepHouse(start, QUIET, 600)).toEqual(stepHouse(start, QUIET, 600));
    let minutes = start;
    for (let minute = 0; minute < 10; minute += 1) minutes = stepHouse(minutes, QUIET, 60);
    expect(temperatureOf(minutes, MEETING.number)).toBeCloseTo(temperatureOf(stepHouse(start, QUIET, 600), MEETING.number), 3);
  });
});

describe('the weather', () => {
  it('is colder in winter and at night, and dark without sun', () => {
    const at = (local: string) => weatherAt(Date.parse(`${local}Z`), 'cupola');
    expect(at('2026-07-15T15:00').temperature).toBeGreaterThan(at('2026-01-15T15:00').temperature + 8);
    expect(at('2026-07-15T15:00').temperature).toBeGreaterThan(at('2026-07-15T03:00').temperature + 2);
    expect(at('2026-06-20T00:30')).toMatchObject({ light: 0, sun: { north: 0, east: 0, south: 0, west: 0 } });
    expect(at('2026-06-20T09:00').sun.east).toBeGreaterThan(at('2026-06-20T09:00').sun.west);
  });
});

describe('an energy meter', () => {
  it('counts, and begins again at zero after its last digit', () => {
    expect(advanceMeter(10, 6, 600)).toBeCloseTo(11, 9);
    expect(advanceMeter(METER_TURNS_AT - 1, 6, 1200)).toBeCloseTo(1, 6);
  });
});
