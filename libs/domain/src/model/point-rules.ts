import type { PointFunction, PointKind } from '../points/words.js';
import type { Quantity } from './units.js';
import type { PointState, UnitSystem } from './words.js';

/** What a point is for, by the last word of its class. Other last words make a sensor. */
export const FUNCTION_BY_LAST_WORD: Readonly<Record<string, PointFunction>> = {
  sensor: 'sensor',
  meter: 'sensor',
  setpoint: 'setpoint',
  parameter: 'setpoint',
  limit: 'setpoint',
  deadband: 'setpoint',
  command: 'command',
  lockout: 'command',
  status: 'status',
  alarm: 'status',
};

const state = (code: number, key: string, label: string, isNormal = true): PointState => ({ code, key, label, isNormal, isAlarm: !isNormal });
/** State texts of binary points: code 0 first. */
export const STATES = {
  offOn: [state(0, 'off', 'Off'), state(1, 'on', 'On')],
  stopStart: [state(0, 'stop', 'Stop'), state(1, 'start', 'Start')],
  disableEnable: [state(0, 'disabled', 'Disabled'), state(1, 'enabled', 'Enabled')],
  vacantOccupied: [state(0, 'vacant', 'Vacant'), state(1, 'occupied', 'Occupied')],
  closedOpen: [state(0, 'closed', 'Closed'), state(1, 'open', 'Open')],
  autoOverride: [state(0, 'auto', 'Automatic'), state(1, 'override', 'Override')],
  normalAlarm: [state(0, 'normal', 'Normal'), state(1, 'alarm', 'Alarm', false)],
} as const satisfies Record<string, readonly PointState[]>;

/** One row of the class table: all of `words` in the class, and one of `last` at its end when given. */
export interface QuantityRule {
  words: string;
  last?: string;
  kind?: PointKind;
  quantity?: Quantity;
  states?: keyof typeof STATES;
}

/**
 * First match wins: from what is special to what is general. To teach Cupola a new class, add a row above the more general
 * ones; kinds default to analog.
 */
export const QUANTITY_RULES: readonly QuantityRule[] = [
  { words: '', last: 'Alarm', kind: 'binary', states: 'normalAlarm' },
  { words: 'Simulated Fault', last: 'Command', kind: 'binary', states: 'offOn' },
  { words: 'Simulation Speed', quantity: 'none' },
  { words: 'Mode', kind: 'multistate' },
  { words: 'Start Stop', kind: 'binary', states: 'stopStart' },
  { words: 'On Off', kind: 'binary', states: 'offOn' },
  { words: 'Open Close', kind: 'binary', states: 'closedOpen' },
  { words: '', last: 'Lockout', kind: 'binary', states: 'disableEnable' },
  { words: 'Enable', last: 'Command Status', kind: 'binary', states: 'disableEnable' },
  { words: 'Disable', last: 'Command Status', kind: 'binary', states: 'disableEnable' },
  { words: 'Override', last: 'Command Status', kind: 'binary', states: 'autoOverride' },
  { words: 'Occupancy', last: 'Sensor Status Command', kind: 'binary', states: 'vacantOccupied' },
  { words: 'Occupied', last: 'Sensor Status Command', kind: 'binary', states: 'vacantOccupied' },
  { words: 'Motion', kind: 'binary', states: 'vacantOccupied' },
  { words: 'PIR', kind: 'binary', states: 'vacantOccupied' },
  { words: 'Contact', kind: 'binary', states: 'closedOpen' },
  { words: 'Run', last: 'Command Status', kind: 'binary', states: 'offOn' },
  { words: 'Temperature Deadband', quantity: 'temperatureDifference' },
  { words: 'Temperature Difference', quantity: 'temperatureDifference' },
  { words: 'Temperature Differential', quantity: 'temperatureDifference' },
  { words: 'Differential Temperature', quantity: 'temperatureDifference' },
  { words: 'Delta Temperature', quantity: 'temperatureDifference' },
  { words: 'Temperature Tolerance', quantity: 'temperatureDifference' },
  { words: 'Proportional Band', quantity: 'percent' },
  { words: 'Integral Time', quantity: 'seconds' },
  { words: 'Derivative Time', quantity: 'seconds' },
  { words: 'Delay', quantity: 'seconds' },
  { words: 'Celsius', quantity: 'celsius' },
  { words: 'Celcius', quantity: 'celsius' },
  { words: 'Fahrenheit', quantity: 'fahrenheit' },
  { words: 'Temperature', quantity: 'temperature' },
  { words: 'Dewpoint', quantity: 'temperature' },
  { words: 'Humidity', quantity: 'humidity' },
  { words: 'CO2', quantity: 'concentration' },
  { words: 'CO', quantity: 'concentration' },
  { words: 'TVOC', quantity: 'concentration' },
  { words: 'Static Pressure', quantity: 'airPressure' },
  { words: 'Air Pressure', quantity: 'airPressure' },
  { words: 'Water Pressure', quantity: 'waterPressure' },
  { words: 'Steam Pressure', quantity: 'waterPressure' },
  { words: 'Air Flow', quantity: 'airFlow' },
  { words: 'Airflow', quantity: 'airFlow' },
  { words: 'Water Flow', quantity: 'waterFlow' },
  { words: 'Wind Speed', quantity: 'windSpeed' },
  { words: 'Direction', quantity: 'angle' },
  { words: 'Energy', quantity: 'energy' },
  { words: 'Electric Meter', quantity: 'energy' },
  { words: 'Electrical Meter', quantity: 'energy' },
  { words: 'Power', quantity: 'power' },
  { words: 'Demand', quantity: 'power' },
  { words: 'Current', quantity: 'current' },
  { words: 'Voltage', quantity: 'voltage' },
  { words: 'Frequency', quantity: 'frequency' },
  { words: 'Luminance', last: 'Sensor', quantity: 'illuminance' },
  { words: 'Illuminance', quantity: 'illuminance' },
  { words: 'Illumination', quantity: 'illuminance' },
  { words: 'Luminance', quantity: 'percent' },
  { words: 'Lighting', last: 'Command Setpoint', quantity: 'percent' },
  { words: 'Dimming', quantity: 'percent' },
  { words: 'Brightness', quantity: 'percent' },
  { words: 'Speed', quantity: 'percent' },
  { words: 'Valve', quantity: 'percent' },
  { words: 'Damper', quantity: 'percent' },
  { words: 'Position', quantity: 'percent' },
  { words: 'Load', quantity: 'percent' },
  { words: 'Heating', last: 'Command', quantity: 'percent' },
  { words: 'Cooling', last: 'Command', quantity: 'percent' },
  { words: 'Reheat', last: 'Command', quantity: 'percent' },
  { words: 'Hour', quantity: 'hours' },
  { words: 'Run Time', quantity: 'hours' },
  { words: 'Count', quantity: 'none' },
  { words: 'Fan', last: 'Status Command', kind: 'binary', states: 'offOn' },
  { words: 'Pump', last: 'Status Command', kind: 'binary', states: 'offOn' },
  { words: 'System', last: 'Status Command', kind: 'binary', states: 'offOn' },
  { words: 'Lighting', last: 'Status', kind: 'binary', states: 'offOn' },
];

/** Limits and the value in force while nobody commands, in a quantity's own unit. */
export interface Limits {
  min: number;
  max: number;
  relinquish: number;
  resolution: number;
}

const limits = (min: number, max: number, relinquish: number, resolution: number): Limits => ({ min, max, relinquish, resolution });
export const PERCENT_LIMITS = limits(0, 100, 0, 0.1);

/** One row of the table of setpoint limits; the first whose words all occur, and whose quantity is the point's, wins. */
export interface LimitRule {
  words: string;
  quantity: Quantity;
  limits: Readonly<Record<UnitSystem, Limits>>;
}

const both = (metric: Limits, imperial: Limits = metric): Readonly<Record<UnitSystem, Limits>> => ({ metric, imperial });
export const LIMIT_RULES: readonly LimitRule[] = [
  { words: 'Supply Air', quantity: 'temperature', limits: both(limits(7, 43, 13, 0.1), limits(45, 110, 55, 0.1)) },
  { words: 'Discharge Air', quantity: 'temperature', limits: both(limits(7, 43, 13, 0.1), limits(45, 110, 55, 0.1)) },
  { words: 'Chilled Water', quantity: 'temperature', limits: both(limits(3, 18, 7, 0.1), limits(38, 65, 44, 0.1)) },
  { words: 'Hot Water', quantity: 'temperature', limits: both(limits(20, 95, 60, 0.1), limits(70, 200, 140, 0.1)) },
  { words: 'Simulation Speed', quantity: 'none', limits: both(limits(1, 600, 1, 1)) },
  { words: '', quantity: 'temperature', limits: both(limits(12, 30, 21, 0.1), limits(55, 85, 70, 0.1)) },
  { words: '', quantity: 'temperatureDifference', limits: both(limits(0, 10, 1, 0.1), limits(0, 18, 2, 0.1)) },
  { words: '', quantity: 'percent', limits: both(PERCENT_LIMITS) },
  { words: '', quantity: 'humidity', limits: both(limits(0, 100, 50, 0.1)) },
  { words: '', quantity: 'concentration', limits: both(limits(400, 2000, 900, 1)) },
  { words: '', quantity: 'airPressure', limits: both(limits(0, 1000, 250, 1), limits(0, 4, 1, 0.01)) },
  { words: '', quantity: 'illuminance', limits: both(limits(0, 2000, 500, 1)) },
];
