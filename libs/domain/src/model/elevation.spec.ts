import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QUALITIES } from '../points/words.js';
import { comfortOf, deviationOf, knownValue, meanOf } from './comfort.js';
import type { ZoneReading } from './comfort.js';
import { inKilowatts, powerMeters } from './power-meters.js';
import { isZoneSetpoint, weatherQuantity, zoneQuantity } from './zone-quantity.js';
import type { NamedPoint } from './zone-quantity.js';

const celsius = (value: number | null, quality: ZoneReading['quality'] = 'GOOD'): ZoneReading => ({ value, unit: 'degC', quality });
const named = (brickClass: string | null, change: Partial<NamedPoint> = {}): NamedPoint => ({ function: 'sensor', brickClass, label: '', ...change });

describe('what a point tells of its zone', () => {
  it.each([
    ['Zone_Air_Temperature_Sensor', 'temperature'],
    ['Supply_Air_Temperature_Sensor', 'supplyAir'],
    ['Outside_Air_Temperature_Sensor', undefined],
    ['Chilled_Water_Supply_Temperature_Sensor', undefined],
    ['Zone_Air_Humidity_Sensor', 'humidity'],
    ['Return_Air_Humidity_Sensor', undefined],
    ['CO2_Level_Sensor', 'co2'],
    ['Return_Air_CO2_Sensor', undefined],
    ['Illuminance_Sensor', 'illuminance'],
    ['Occupancy_Sensor', 'occupancy'],
    ['Electric_Power_Sensor', 'power'],
    ['Electric_Energy_Sensor', 'energy'],
    ['Discharge_Air_Flow_Sensor', 'airflow'],
  ])('%s: %s', (brickClass, quantity) => {
    expect(zoneQuantity(named(brickClass))).toBe(quantity);
  });

  it('reads commands, and labels where there is no class', () => {
    expect(zoneQuantity(named('Lighting_Level_Command', { function: 'command' }))).toBe('light');
    expect(zoneQuantity(named('Damper_Position_Command', { function: 'command' }))).toBe('damper');
    expect(zoneQuantity(named('Reheat_Valve_Command', { function: 'command' }))).toBe('valve');
    expect(zoneQuantity(named(null, { label: 'Room temperature' }))).toBe('temperature');
    expect(zoneQuantity(named('Lighting_Level_Setpoint', { function: 'setpoint' }))).toBeUndefined();
  });

  it('knows the setpoint that a room is compared with', () => {
    const setpoint = { function: 'setpoint' } as const;
    const names = ['Zone_Air_Temperature_Setpoint', 'Supply_Air_Temperature_Setpoint', 'Zone_Air_Cooling_Temperature_Setpoint'];
    expect(names.map((name) => isZoneSetpoint(named(name, setpoint)))).toEqual([true, false, false]);
    expect(isZoneSetpoint(named('Zone_Air_Temperature_Setpoint'))).toBe(false);
  });

  it('knows the weather', () => {
    const names = ['Outside_Air_Temperature_Sensor', 'Outside_Air_Humidity_Sensor', 'Outside_Air_Wet_Bulb_Temperature_Sensor', 'Outside_Air_Flow_Sensor', 'Zone_Air_Temperature_Sensor'];
    expect(names.map((name) => weatherQuantity(named(name)))).toEqual(['temperature', 'humidity', undefined, undefined, undefined]);
    expect(weatherQuantity(named('Outside_Air_Temperature_Setpoint', { function: 'setpoint' }))).toBeUndefined();
  });
});

describe('comfort', () => {
  it('is known only where both values are, in one unit', () => {
    expect(deviationOf({ temperature: celsius(22), setpoint: celsius(21) })).toBe(1);
    expect(deviationOf({ temperature: celsius(22, 'STALE'), setpoint: celsius(21) })).toBeNull();
    expect(deviationOf({ temperature: celsius(22), setpoint: null })).toBeNull();
    expect(deviationOf({ temperature: celsius(22), setpoint: { ...celsius(21), unit: 'degF' } })).toBeNull();
  });

  it('counts zones in band, and what is not known as not comfortable', () => {
    const zones = [
      { temperature: celsius(21.4), setpoint: celsius(21) },
      { temperature: celsius(23), setpoint: celsius(21) },
      { temperature: celsius(21, 'DOWN'), setpoint: celsius(21) },
      { temperature: celsius(21), setpoint: null },
      { temperature: { ...celsius(70), unit: 'degF' }, setpoint: { ...celsius(71.5), unit: 'degF' } },
      { temperature: { ...celsius(70), unit: null }, setpoint: { ...celsius(70), unit: null } },
    ];
    expect(comfortOf(zones)).toEqual({ inBand: 2, notKnown: 2, zones: 5 });
  });

  it('never counts an untrusted zone as comfortable, whatever its value', () => {
    const quality = fc.constantFrom(...QUALITIES.filter((each) => each !== 'GOOD'));
    fc.assert(fc.property(fc.double({ noNaN: true }), quality, (value, doubtful) => comfortOf([{ temperature: celsius(value, doubtful), setpoint: celsius(value) }]).inBand === 0));
  });

  it('takes means over what is known, never mixing units', () => {
    expect(meanOf([celsius(20), null, celsius(40, 'FAULT'), celsius(22), { ...celsius(70), unit: 'degF' }])).toEqual({ value: 21, unit: 'degC', known: 2 });
    expect([meanOf([celsius(null)]), meanOf([])]).toEqual([null, null]);
    expect(knownValue(null)).toBeNull();
  });
});

describe('power', () => {
  const at = (id: string, floorId: string | null, zoneId: string | null, equipmentClass: string | null = null) => ({ id, floorId, zoneId, equipmentClass });

  it('is counted once: a floor by its own meters, the building by its main meters', () => {
    const zones = [at('a', 'f1', 'z1'), at('b', 'f1', 'z2'), at('c', 'f2', 'z3')];
    const all = [...zones, at('d', 'f2', null), at('chiller', null, null, 'Chiller')];
    expect(Object.fromEntries(powerMeters(all).floors)).toEqual({ f1: ['a', 'b'], f2: ['d'] });
    expect(powerMeters(all).building).toEqual(['a', 'b', 'd', 'chiller']);
    expect(powerMeters([...all, at('main', null, null, 'Building_Electrical_Meter')]).building).toEqual(['main']);
    expect(powerMeters([])).toEqual({ floors: new Map(), building: [] });
  });

  it('is added up in kilowatts', () => {
    expect([inKilowatts(2, 'kW'), inKilowatts(500, 'W'), inKilowatts(1, 'MW'), inKilowatts(3, 'kWh'), inKilowatts(3, null)]).toEqual([2, 0.5, 1000, null, null]);
  });
});
