import { AHUS, ahuOf, vavOf } from '../house/equipment.js';
import { LIGHTING_GROUPS, type LightingGroup } from '../house/lighting-groups.js';
import { areaOfRoom, isConditioned, ROOMS, type Room } from '../house/rooms.js';
import { type AirHandler, coilLoad, fanPower, pressureOf, stepAirHandler } from './air-handler.js';
import { approach, clamp } from './chance.js';
import type { HouseInputs, HouseState, Lamps, RoomState } from './house-state.js';
import { advanceMeter } from './meter.js';
import { peopleIn } from './people.js';
import { plugLoad, stepRoom } from './room.js';
import { sensedTemperature } from './sensed.js';
import { designFlow, stepVav } from './vav.js';
import { stepWater } from './water.js';
import { type Weather, weatherAt } from './weather.js';

/** Longer steps are cut: the control loops would overshoot. */
const LONGEST_STEP_S = 20;
const LAMP_WATTS = 8;
const LAMP_FADE_S = 4;
const BRIGHT_ENOUGH_LX = 500;
export const SETPOINT = 21.5;
const SUPPLY_SETPOINT = 15;
const CHILLER_KW = 420;
const BOILER_KW = 300;
const COLD_ENOUGH = 12;

/** The house after `dtS` seconds of its own time. */
export function stepHouse(state: HouseState, inputs: HouseInputs, dtS: number): HouseState {
  const steps = Math.max(1, Math.ceil(dtS / LONGEST_STEP_S));
  let next = state;
  for (let step = 0; step < steps; step += 1) next = stepOnce(next, inputs, dtS / steps);
  return next;
}

function stepOnce(state: HouseState, inputs: HouseInputs, dtS: number): HouseState {
  const localMs = state.localMs + dtS * 1000;
  const weather = weatherAt(localMs, inputs.seed);
  const lamps = Object.fromEntries(LIGHTING_GROUPS.map((group) => [group.id, stepLamps(group, state, inputs, dtS)]));
  const airHandlers = Object.fromEntries(AHUS.map(({ id }) => [id, stepUnit(id, state, inputs, dtS)]));
  const rooms = Object.fromEntries(ROOMS.map((room) => [room.number, stepOneRoom(room, { ...state, localMs, weather, airHandlers }, inputs, dtS)]));
  const between = { ...state, localMs, weather, lamps, airHandlers, rooms };
  const loads = AHUS.map(({ id }) => coilLoad(airHandlerOf(between, id), airflowOf(between, id)));
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + Math.max(0, number), 0);
  const next = {
    ...between,
    chiller: stepWater(
      state.chiller,
      { setpoint: inputs.commanded.get('CH-1.setpoint') ?? 7, isEnabled: (inputs.commanded.get('CH-1.enable') ?? 1) === 1, demand: sum(loads), capacity: CHILLER_KW, standing: 18 },
      dtS,
    ),
    boiler: stepWater(
      state.boiler,
      { setpoint: inputs.commanded.get('BO-1.setpoint') ?? 55, isEnabled: true, demand: sum(loads.map((load) => -load)) + reheatKw(between), capacity: BOILER_KW, standing: 22 },
      dtS,
    ),
  };
  return { ...next, meters: Object.fromEntries(Object.entries(state.meters).map(([id, register]) => [id, advanceMeter(register, meterPower(next, id), dtS)])) };
}

function stepOneRoom(room: Room, state: HouseState, inputs: HouseInputs, dtS: number): RoomState {
  const before = roomOf(state, room);
  const people = peopleIn(room, state.localMs, inputs.seed);
  const unit = airHandlerOf(state, ahuOf(room.level));
  const id = vavOf(room);
  const vav = isConditioned(room)
    ? stepVav(
        room,
        before.vav,
        {
          ...{ measured: sensedTemperature(room, before, inputs), setpoint: inputs.commanded.get(`${id}.setpoint`) ?? SETPOINT, co2: before.air.co2 },
          ...{ supply: unit.supply, pressure: pressureOf(unit), damper: inputs.commanded.get(`${id}.damper`) ?? null },
          isValveStuck: inputs.faults.has(`stuck-valve.${id}`),
        },
        dtS,
      )
    : before.vav;
  const loads = { weather: state.weather, people, lighting: lampWatts(room, state), airflow: vav.airflow, discharge: vav.discharge };
  return { people, vav, air: stepRoom(room, before.air, loads, dtS) };
}

function stepUnit(id: string, state: HouseState, inputs: HouseInputs, dtS: number): AirHandler {
  return stepAirHandler(airHandlerOf(state, id), unitInputs(id, state, inputs), dtS);
}

/** What an air handler is told and meets. */
export function unitInputs(id: string, state: HouseState, { commanded, faults }: Pick<HouseInputs, 'commanded' | 'faults'>) {
  return {
    ...{ setpoint: commanded.get(`${id}.supply-setpoint`) ?? SUPPLY_SETPOINT, isFanOn: (commanded.get(`${id}.fan`) ?? 1) === 1 },
    ...{ isTripped: faults.has(`fan-trip.${id}`), speed: commanded.get(`${id}.speed`) ?? null },
    ...{ airflow: airflowOf(state, id), designFlow: designFlowOf(id), returned: returnTemperature(state, id), outside: state.weather.temperature },
    canCool: state.chiller.temperature < COLD_ENOUGH,
  };
}

function stepLamps(group: LightingGroup, state: HouseState, { commanded }: HouseInputs, dtS: number): Lamps {
  const { level, hours } = state.lamps[group.id] ?? { level: 0, hours: 0 };
  const isSomebodyThere = group.rooms.some((room) => roomOf(state, room).people > 0);
  const automatic = isSomebodyThere ? clamp(((BRIGHT_ENOUGH_LX - daylight(group, state.weather)) / BRIGHT_ENOUGH_LX) * 100, 15, 90) : 0;
  const next = approach(level, commanded.get(`${group.id}.level`) ?? automatic, dtS, LAMP_FADE_S);
  return { level: next, hours: hours + (next > 1 ? dtS / 3600 : 0) };
}

/** What comes through the windows of a group's first room, in lx. */
export function daylight({ rooms }: LightingGroup, weather: Weather): number {
  const facades = rooms[0]?.facades ?? [];
  return facades.reduce((sum, facade) => sum + weather.sun[facade] * 1.1, 0);
}

const GROUP_OF = new Map(LIGHTING_GROUPS.flatMap((group) => group.rooms.map((room) => [room, group] as const)));

function lampWatts(room: Room, { lamps }: HouseState): number {
  const group = GROUP_OF.get(room);
  return group === undefined ? 0 : areaOfRoom(room) * LAMP_WATTS * ((lamps[group.id]?.level ?? 0) / 100);
}

/** kW of a lighting group's lamps. */
export function lampPower(group: LightingGroup, { lamps }: HouseState): number {
  const area = group.rooms.reduce((sum, room) => sum + areaOfRoom(room), 0);
  return (area * LAMP_WATTS * ((lamps[group.id]?.level ?? 0) / 100)) / 1000;
}

export function roomOf({ rooms }: HouseState, { number }: Room): RoomState {
  const room = rooms[number];
  if (room === undefined) throw new Error(`The house has no room ${number}.`);
  return room;
}

export function airHandlerOf({ airHandlers }: HouseState, id: string): AirHandler {
  const unit = airHandlers[id];
  if (unit === undefined) throw new Error(`The house has no air handler ${id}.`);
  return unit;
}

const SERVED = new Map(AHUS.map(({ id }) => [id, ROOMS.filter((room) => isConditioned(room) && ahuOf(room.level) === id)]));

/** l/s that the terminal units of an air handler take. */
export function airflowOf(state: HouseState, id: string): number {
  return (SERVED.get(id) ?? []).reduce((sum, room) => sum + roomOf(state, room).vav.airflow, 0);
}

export function designFlowOf(id: string): number {
  return (SERVED.get(id) ?? []).reduce((sum, room) => sum + designFlow(room), 0);
}

export function returnTemperature(state: HouseState, id: string): number {
  const served = SERVED.get(id) ?? [];
  return served.reduce((sum, room) => sum + roomOf(state, room).air.temperature, 0) / Math.max(1, served.length);
}

function reheatKw(state: HouseState): number {
  return ROOMS.reduce((sum, room) => sum + ((roomOf(state, room).vav.reheat / 100) * 80 * areaOfRoom(room)) / 1000, 0);
}

/** kW of the chiller with its pumps. */
export function chillerPower({ chiller }: HouseState): number {
  return ((chiller.load / 100) * CHILLER_KW) / 4.2;
}

const SERVER_KW = 9;

/** kW that a meter measures: `EM-3L` the lamps of floor 3, `EM-3P` its sockets, `EM-0` the whole house. */
export function meterPower(state: HouseState, id: string): number {
  if (id === 'EM-0') return Object.keys(state.meters).reduce((sum, other) => sum + (other === 'EM-0' ? 0 : meterPower(state, other)), chillerPower(state));
  const level = Number(id.charAt(3));
  if (id.endsWith('L')) return LIGHTING_GROUPS.filter((group) => group.level === level).reduce((sum, group) => sum + lampPower(group, state), 0);
  const plugs = ROOMS.filter((room) => room.level === level).reduce((sum, room) => sum + plugLoad(room, roomOf(state, room).people), 0) / 1000;
  const fans = level === 5 ? AHUS.reduce((sum, unit) => sum + fanPower(airHandlerOf(state, unit.id), designFlowOf(unit.id)), 0) : 0;
  return plugs + fans + (level === 3 ? SERVER_KW : 0);
}

