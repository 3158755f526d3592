import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointProfile } from './point-profile.js';
import { LIMIT_RULES } from './point-rules.js';
import { UNIT_SYSTEMS } from './words.js';

describe('pointProfile', () => {
  it.each([
    ['Zone_Air_Temperature_Sensor', 'sensor', 'degC', 'degF', false],
    ['Supply_Air_Temperature_Sensor', 'sensor', 'degC', 'degF', false],
    ['Zone_Air_Temperature_Setpoint', 'setpoint', 'degC', 'degF', true],
    ['Celcius_Room_Temperature_Setpoint', 'setpoint', 'degC', 'degC', true],
    ['Fahrenheit_Room_Temperature_Sensor', 'sensor', 'degF', 'degF', false],
    ['Discharge_Air_Temperature_Deadband_Setpoint', 'setpoint', 'deltaDegC', 'deltaDegF', true],
    ['Reheat_Valve_Command', 'command', '%', '%', true],
    ['Outside_Air_Damper_Command', 'command', '%', '%', true],
    ['Supply_Air_Static_Pressure_Sensor', 'sensor', 'Pa', 'inH2O', false],
    ['Chilled_Water_Differential_Pressure_Sensor', 'sensor', 'kPa', 'psi', false],
    ['Hot_Water_Pressure_Sensor', 'sensor', 'kPa', 'psi', false],
    ['Chilled_Water_Flow_Sensor', 'sensor', 'l/s', 'gpm', false],
    ['Supply_Air_Flow_Sensor', 'sensor', 'l/s', 'cfm', false],
    ['Power_Sensor', 'sensor', 'kW', 'kW', false],
    ['Current_Sensor', 'sensor', 'A', 'A', false],
    ['CO2_Sensor', 'sensor', 'ppm', 'ppm', false],
    ['CO2_Setpoint', 'setpoint', 'ppm', 'ppm', true],
    ['Luminance_Command', 'command', '%', '%', true],
    ['Luminance_Status', 'status', '%', '%', false],
    ['Luminance_Sensor', 'sensor', 'lx', 'lx', false],
    ['Speed_Status', 'status', '%', '%', false],
    ['Wind_Speed_Sensor', 'sensor', 'm/s', 'mph', false],
    ['Wind_Direction_Sensor', 'sensor', 'deg', 'deg', false],
    ['Building_Electric_Meter', 'sensor', 'kWh', 'kWh', false],
    ['Outside_Air_Humidity_Sensor', 'sensor', '%RH', '%RH', false],
    ['Flow_Sensor', 'sensor', null, null, false],
  ] as const)('%s is a %s in %s or %s', (className, pointFunction, metric, imperial, writable) => {
    expect(pointProfile(className, 'metric')).toMatchObject({ kind: 'analog', function: pointFunction, unit: metric, writable });
    expect(pointProfile(className, 'imperial')).toMatchObject({ kind: 'analog', function: pointFunction, unit: imperial, writable });
  });

  it.each([
    ['Pump_Start_Stop_Command', 'command', ['Stop', 'Start'], true],
    ['Enable_Command', 'command', ['Disabled', 'Enabled'], true],
    ['Occupancy_Sensor', 'sensor', ['Vacant', 'Occupied'], false],
    ['Override_Command', 'command', ['Automatic', 'Override'], true],
    ['Fan_Status', 'status', ['Off', 'On'], false],
    ['Simulated_Fault_Command', 'command', ['Off', 'On'], true],
    ['High_Temperature_Alarm', 'status', ['Normal', 'Alarm'], false],
  ] as const)('%s is a binary %s', (className, pointFunction, labels, writable) => {
    const profile = pointProfile(className, 'metric');
    expect(profile).toMatchObject({ kind: 'binary', function: pointFunction, unit: null, writable, isKnown: true });
    expect(profile.states?.map(({ label }) => label)).toEqual(labels);
    expect(profile.relinquishDefault).toBe(writable ? 0 : null);
  });

  it('limits setpoints in the unit that they are in', () => {
    expect(pointProfile('Zone_Air_Temperature_Setpoint', 'imperial')).toMatchObject({ min: 55, max: 85, resolution: 0.1, relinquishDefault: 70 });
    expect(pointProfile('Zone_Air_Temperature_Setpoint', 'metric')).toMatchObject({ min: 12, max: 30, relinquishDefault: 21 });
    expect(pointProfile('Celcius_Room_Temperature_Setpoint', 'imperial')).toMatchObject({ unit: 'degC', min: 12, max: 30 });
    expect(pointProfile('Fahrenheit_Room_Temperature_Setpoint', 'metric')).toMatchObject({ unit: 'degF', min: 55, max: 85 });
    expect(pointProfile('Simulation_Speed_Setpoint', 'metric')).toMatchObject({ unit: null, min: 1, max: 600, relinquishDefault: 1, isKnown: true });
    expect(pointProfile('Reheat_Valve_Command', 'imperial')).toMatchObject({ min: 0, max: 100, relinquishDefault: 0 });
    expect(pointProfile('Supply_Air_Flow_Setpoint', 'imperial')).toMatchObject({ min: null, max: null, relinquishDefault: null });
  });

  it('leaves limits off what cannot be written', () => {
    expect(pointProfile('Zone_Air_Temperature_Sensor', 'metric')).toMatchObject({ min: null, max: null, resolution: null, relinquishDefault: null });
  });

  it('says when it does not know a class', () => {
    expect(pointProfile('Frobnication_Sensor', 'metric')).toMatchObject({ kind: 'analog', function: 'sensor', unit: null, isKnown: false });
    expect(pointProfile('Flow_Sensor', 'metric')).toMatchObject({ unit: null, isKnown: false });
    expect(pointProfile('Operating_Mode_Status', 'metric')).toMatchObject({ kind: 'multistate', states: null, isKnown: false });
    expect(pointProfile('Count_Sensor', 'metric')).toMatchObject({ unit: null, isKnown: true });
  });

  it('has consistent limits in every rule', () => {
    for (const rule of LIMIT_RULES) {
      for (const system of UNIT_SYSTEMS) {
        const { min, max, relinquish, resolution } = rule.limits[system];
        expect(min <= relinquish && relinquish <= max && resolution > 0).toBe(true);
      }
    }
  });

  it('answers for any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...UNIT_SYSTEMS), (className, system) => {
        const profile = pointProfile(className, system);
        expect(profile.kind === 'analog' || profile.unit === null).toBe(true);
      }),
    );
  });
});
