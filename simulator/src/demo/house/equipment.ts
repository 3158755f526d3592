import { LIGHTING_GROUPS } from './lighting-groups.js';
import { FLOOR_NAMES, isConditioned, ROOMS, type Room } from './rooms.js';

/** A point of a piece of equipment. `suffix` after the equipment's id is its key; the Brick class tells kind, unit and limits. */
export interface PointSpec {
  readonly suffix: string;
  readonly label: string;
  readonly brickClass: string;
  /** In force while nobody commands the point; only for writable ones that start elsewhere than their class says. */
  readonly rest?: number;
  /** Changes below this are not reported. */
  readonly deadband?: number;
}

/** One piece of equipment, played by one controller. */
export interface Equipment {
  /** `VAV-3-12`: unique, and its name. */
  readonly id: string;
  readonly brickClass: string;
  readonly points: readonly PointSpec[];
  /** Where it stands or what it serves; null for the whole building's. */
  readonly level: number | null;
  readonly room: Room | null;
  /** Ids of other equipment that it feeds. */
  readonly feeds: readonly string[];
}

const spec = (suffix: string, label: string, brickClass: string, more: Partial<PointSpec> = {}): PointSpec => ({ suffix, label, brickClass, ...more });
const POWER = spec('power', 'Power', 'Electric_Power_Sensor', { deadband: 0.2 });

const VAV: readonly PointSpec[] = [
  spec('temperature', 'Zone temperature', 'Zone_Air_Temperature_Sensor', { deadband: 0.1 }),
  spec('setpoint', 'Zone setpoint', 'Zone_Air_Temperature_Setpoint', { rest: 21.5 }),
  spec('humidity', 'Humidity', 'Zone_Air_Humidity_Sensor', { deadband: 1 }),
  spec('co2', 'CO₂ level', 'CO2_Level_Sensor', { deadband: 20 }),
  spec('occupancy', 'Occupancy', 'Occupancy_Sensor'),
  spec('damper', 'Damper', 'Damper_Position_Command', { rest: 30, deadband: 3 }),
  spec('damper-position', 'Damper position', 'Damper_Position_Sensor', { deadband: 3 }),
  spec('airflow', 'Supply air flow', 'Supply_Air_Flow_Sensor', { deadband: 12 }),
  spec('discharge', 'Discharge air temperature', 'Discharge_Air_Temperature_Sensor', { deadband: 0.4 }),
  spec('reheat', 'Reheat valve position', 'Reheat_Valve_Position_Sensor', { deadband: 4 }),
];
const LIGHTING: readonly PointSpec[] = [
  spec('level', 'Dim level', 'Dimming_Command', { rest: 80, deadband: 2 }),
  spec('light', 'Light level', 'Illuminance_Sensor', { deadband: 25 }),
  spec('occupancy', 'Occupancy', 'Occupancy_Sensor'),
  spec('status', 'Lamps', 'Lighting_On_Off_Status'),
  spec('power', 'Lighting power', 'Electric_Power_Sensor', { deadband: 0.05 }),
  spec('hours', 'Lamp hours', 'Run_Time_Sensor', { deadband: 0.5 }),
];
const AHU: readonly PointSpec[] = [
  spec('supply', 'Supply air temperature', 'Supply_Air_Temperature_Sensor', { deadband: 0.2 }),
  spec('supply-setpoint', 'Supply air setpoint', 'Supply_Air_Temperature_Setpoint', { rest: 15 }),
  spec('return', 'Return air temperature', 'Return_Air_Temperature_Sensor', { deadband: 0.2 }),
  spec('mixed', 'Mixed air temperature', 'Mixed_Air_Temperature_Sensor', { deadband: 0.3 }),
  spec('outside-damper', 'Outside air damper', 'Outside_Air_Damper_Position_Sensor', { deadband: 2 }),
  spec('cooling', 'Cooling valve', 'Cooling_Valve_Position_Sensor', { deadband: 3 }),
  spec('heating', 'Heating valve', 'Heating_Valve_Position_Sensor', { deadband: 3 }),
  spec('fan', 'Supply fan', 'Supply_Fan_On_Off_Command', { rest: 1 }),
  spec('fan-status', 'Supply fan status', 'Supply_Fan_On_Off_Status'),
  spec('speed', 'Supply fan speed command', 'Supply_Fan_Speed_Command', { rest: 60, deadband: 3 }),
  spec('speed-status', 'Supply fan speed', 'Supply_Fan_Speed_Sensor', { deadband: 3 }),
  spec('airflow', 'Supply air flow', 'Supply_Air_Flow_Sensor', { deadband: 100 }),
  spec('pressure', 'Supply air pressure', 'Supply_Air_Static_Pressure_Sensor', { deadband: 10 }),
  spec('filter', 'Filter pressure drop', 'Filter_Differential_Air_Pressure_Sensor', { deadband: 5 }),
  POWER,
];
const CHILLER: readonly PointSpec[] = [
  spec('supply', 'Chilled water supply temperature', 'Chilled_Water_Supply_Temperature_Sensor', { deadband: 0.2 }),
  spec('setpoint', 'Chilled water setpoint', 'Chilled_Water_Supply_Temperature_Setpoint', { rest: 7 }),
  spec('return', 'Chilled water return temperature', 'Chilled_Water_Return_Temperature_Sensor', { deadband: 0.2 }),
  spec('flow', 'Chilled water flow', 'Chilled_Water_Flow_Sensor', { deadband: 0.5 }),
  spec('load', 'Load', 'Load_Sensor', { deadband: 2 }),
  spec('enable', 'Enable', 'Enable_Command', { rest: 1 }),
  spec('status', 'Running', 'Run_Status'),
  POWER,
];
const BOILER: readonly PointSpec[] = [
  spec('supply', 'Hot water supply temperature', 'Hot_Water_Supply_Temperature_Sensor', { deadband: 0.4 }),
  spec('setpoint', 'Hot water setpoint', 'Hot_Water_Supply_Temperature_Setpoint', { rest: 55 }),
  spec('return', 'Hot water return temperature', 'Hot_Water_Return_Temperature_Sensor', { deadband: 0.4 }),
  spec('load', 'Load', 'Load_Sensor', { deadband: 2 }),
  spec('status', 'Running', 'Run_Status'),
];
const PUMP: readonly PointSpec[] = [spec('speed', 'Speed', 'Pump_Speed_Sensor', { deadband: 2 }), spec('status', 'Running', 'Pump_Run_Status'), POWER];
const EXHAUST: readonly PointSpec[] = [spec('status', 'Running', 'Exhaust_Fan_Run_Status'), spec('airflow', 'Exhaust air flow', 'Exhaust_Air_Flow_Sensor', { deadband: 20 }), POWER];
const COOLER: readonly PointSpec[] = [
  spec('temperature', 'Room temperature', 'Zone_Air_Temperature_Sensor', { deadband: 0.1 }),
  spec('setpoint', 'Room setpoint', 'Zone_Air_Temperature_Setpoint', { rest: 22 }),
  spec('humidity', 'Humidity', 'Zone_Air_Humidity_Sensor', { deadband: 1 }),
  POWER,
];
const METER: readonly PointSpec[] = [
  spec('power', 'Power', 'Electric_Power_Sensor', { deadband: 0.3 }),
  spec('energy', 'Energy', 'Electric_Energy_Sensor', { deadband: 0.5 }),
  spec('voltage', 'Voltage', 'Voltage_Sensor', { deadband: 1 }),
];
const WEATHER: readonly PointSpec[] = [
  spec('temperature', 'Outside air temperature', 'Outside_Air_Temperature_Sensor', { deadband: 0.1 }),
  spec('humidity', 'Outside air humidity', 'Outside_Air_Humidity_Sensor', { deadband: 1 }),
  spec('wind', 'Wind speed', 'Wind_Speed_Sensor', { deadband: 0.5 }),
  spec('light', 'Outside light level', 'Outside_Illuminance_Sensor', { deadband: 1000 }),
];

const alone = (id: string, brickClass: string, points: readonly PointSpec[], place: Partial<Equipment> = {}): Equipment => ({
  ...{ id, brickClass, points, level: null, room: null, feeds: [] },
  ...place,
});

/** `VAV-3-12` of room 3.12. */
export function vavOf({ number }: Room): string {
  return `VAV-${number.replace('.', '-')}`;
}

/** `AHU-2` serves floors 2 and 3. */
export function ahuOf(level: number): string {
  return `AHU-${Math.floor(level / 2) + 1}`;
}

const CONDITIONED = ROOMS.filter(isConditioned);
export const VAVS: readonly Equipment[] = CONDITIONED.map((room) => alone(vavOf(room), 'VAV', VAV, { level: room.level, room }));
export const AHUS: readonly Equipment[] = [1, 2, 3].map((number) => {
  const id = `AHU-${number}`;
  return alone(id, 'AHU', AHU, { feeds: CONDITIONED.filter(({ level }) => ahuOf(level) === id).map(vavOf) });
});
export const SERVER_ROOM = ROOMS.find(({ use }) => use === 'server');

const LEVELS = FLOOR_NAMES.map((_, level) => level);
const METERS = [
  alone('EM-0', 'Electrical_Meter', METER),
  ...LEVELS.map((level) => alone(`EM-${level}L`, 'Electrical_Meter', METER, { level })),
  ...LEVELS.map((level) => alone(`EM-${level}P`, 'Electrical_Meter', METER, { level })),
];

/** Everything in Cupola House that has a controller, the simulation desk apart. */
export const EQUIPMENT: readonly Equipment[] = [
  ...VAVS,
  ...LIGHTING_GROUPS.map(({ id, level }) => alone(id, 'Lighting', LIGHTING, { level })),
  ...AHUS,
  alone('CH-1', 'Chiller', CHILLER, { feeds: AHUS.map(({ id }) => id) }),
  alone('BO-1', 'Boiler', BOILER, { feeds: AHUS.map(({ id }) => id) }),
  alone('P-CHW', 'Chilled_Water_Pump', PUMP),
  alone('P-HW', 'Hot_Water_Pump', PUMP),
  ...LEVELS.slice(0, 3).map((level) => alone(`EF-${level}`, 'Exhaust_Fan', EXHAUST, { level })),
  alone('CRAC-3-10', 'CRAC', COOLER, { level: 3, room: SERVER_ROOM ?? null }),
  ...METERS,
  alone('WS-1', 'Weather_Station_Equipment', WEATHER),
];
