import { AHUS, EQUIPMENT, SERVER_ROOM, vavOf } from '../house/equipment.js';
import { LIGHTING_GROUPS } from '../house/lighting-groups.js';
import { isConditioned, ROOMS } from '../house/rooms.js';
import { fanPower, speedCommand } from './air-handler.js';
import { wander } from './chance.js';
import { airflowOf, airHandlerOf, chillerPower, daylight, designFlowOf, lampPower, meterPower, returnTemperature, roomOf, SETPOINT, unitInputs } from './house.js';
import type { HouseInputs, HouseState } from './house-state.js';
import { reportedAir } from './sensed.js';

/** What every point of the house shows now, by key; null: its sensor gives nothing. The desk's points are not among them. */
export type Readings = ReadonlyMap<string, number | null>;

export function readingsOf(state: HouseState, inputs: HouseInputs): Readings {
  const { commanded } = inputs;
  const found = new Map<string, number | null>();
  const show = (id: string, values: Readonly<Record<string, number | null>>) => {
    for (const [suffix, value] of Object.entries(values)) found.set(`${id}.${suffix}`, commanded.get(`${id}.${suffix}`) ?? value);
  };
  for (const room of ROOMS.filter(isConditioned)) show(vavOf(room), roomReadings(state, inputs, room));
  for (const group of LIGHTING_GROUPS) {
    const { level, hours } = state.lamps[group.id] ?? { level: 0, hours: 0 };
    const occupancy = group.rooms.some((room) => roomOf(state, room).people > 0) ? 1 : 0;
    const light = level * 4.6 + daylight(group, state.weather);
    show(group.id, { level, light, occupancy, status: level > 1 ? 1 : 0, power: lampPower(group, state), hours });
  }
  for (const { id } of AHUS) show(id, unitReadings(state, inputs, id));
  plantReadings(state, show);
  for (const id of Object.keys(state.meters)) {
    show(id, { power: meterPower(state, id), energy: state.meters[id] ?? 0, voltage: 229 + 4 * wander(state.localMs, 1_200_000, inputs.seed, 'voltage') });
  }
  const { temperature, humidity, wind, light } = state.weather;
  show('WS-1', { temperature, humidity, wind, light });
  return found;
}

function roomReadings(state: HouseState, inputs: HouseInputs, room: (typeof ROOMS)[number]): Record<string, number | null> {
  const current = roomOf(state, room);
  const { vav, air, people } = current;
  return {
    ...reportedAir(room, current, inputs),
    ...{ setpoint: SETPOINT, humidity: air.humidity, occupancy: people > 0 ? 1 : 0 },
    ...{ damper: vav.damper, 'damper-position': vav.damper, airflow: vav.airflow, discharge: vav.discharge, reheat: vav.reheat },
  };
}

function unitReadings(state: HouseState, inputs: HouseInputs, id: string): Record<string, number> {
  const unit = airHandlerOf(state, id);
  const told = unitInputs(id, state, inputs);
  const airflow = airflowOf(state, id);
  return {
    ...{ supply: unit.supply + 0.6 * (wander(state.localMs, 420_000, inputs.seed, id) - 0.5), 'supply-setpoint': told.setpoint, return: returnTemperature(state, id), mixed: unit.mixed },
    ...{ 'outside-damper': unit.outsideDamper, cooling: unit.cooling, heating: unit.heating },
    ...{ fan: 1, 'fan-status': unit.speed > 5 ? 1 : 0, speed: speedCommand(told), 'speed-status': unit.speed },
    ...{ airflow, pressure: 250 * (unit.speed / 60) ** 2, filter: 60 + 90 * (airflow / designFlowOf(id)) ** 2, power: fanPower(unit, designFlowOf(id)) },
  };
}

function plantReadings(state: HouseState, show: (id: string, values: Readonly<Record<string, number>>) => void): void {
  const { chiller, boiler } = state;
  const runs = (load: number) => (load > 1 ? 1 : 0);
  show('CH-1', {
    ...{ supply: chiller.temperature, setpoint: 7, return: chiller.temperature + chiller.load * 0.06, flow: 4 + chiller.load * 0.14, load: chiller.load },
    ...{ enable: 1, status: runs(chiller.load), power: chillerPower(state) },
  });
  show('BO-1', { supply: boiler.temperature, setpoint: 55, return: boiler.temperature - boiler.load * 0.15, load: boiler.load, status: runs(boiler.load) });
  show('P-CHW', { speed: 30 + chiller.load * 0.7, status: runs(chiller.load), power: 0.5 + chiller.load * 0.03 });
  show('P-HW', { speed: 30 + boiler.load * 0.7, status: runs(boiler.load), power: 0.4 + boiler.load * 0.02 });
  for (const { id, level } of EQUIPMENT.filter(({ brickClass }) => brickClass === 'Exhaust_Fan')) {
    const people = ROOMS.filter((room) => room.level === level).reduce((sum, room) => sum + roomOf(state, room).people, 0);
    show(id, { status: people > 0 ? 1 : 0, airflow: people > 0 ? 180 + people * 3 : 0, power: people > 0 ? 0.4 : 0 });
  }
  const rack = SERVER_ROOM === undefined ? 0 : wander(state.localMs, 900_000, 'rack');
  show('CRAC-3-10', { temperature: 21.6 + rack, setpoint: 22, humidity: 44 + 3 * rack, power: 3 + rack });
}
