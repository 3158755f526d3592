import { classWords } from './class-words.js';

/** What an entity of a building model is to Cupola. */
export const ENTITY_ROLES = ['site', 'building', 'floor', 'space', 'zone', 'equipment', 'point'] as const;
export type EntityRole = (typeof ENTITY_ROLES)[number];

/** A class's last words decide. The longest ending that is listed wins, so `Sensor_Equipment` is no sensor. */
const ROLE_BY_ENDING: Record<EntityRole, string> = {
  site: 'Site, Campus, Portfolio',
  building: 'Building, Parking_Structure',
  floor: 'Floor, Storey, Basement, Rooftop',
  space:
    'Room, Space, Area, Office, Laboratory, Hallway, Corridor, Lobby, Atrium, Stairwell, Staircase, Restroom, Bathroom, Kitchen, Kitchenette, ' +
    'Storage, Library, Auditorium, Theater, Gymnasium, Cafeteria, Lounge, Workshop, Vestibule, Entrance, Elevator_Shaft, Shaft, ' +
    'Garage, Classroom, Cubicle, Studio, Closet, Plenum, Terrace, Balcony',
  zone: 'Zone',
  equipment:
    'Equipment, System, Unit, AHU, RTU, MAU, DOAS, FCU, CRAC, CRAH, VRF, VAV, CAV, RVAV, Box, Terminal, Chiller, Boiler, Tower, Condenser, ' +
    'Evaporator, Compressor, Economizer, Exchanger, Coil, Wheel, Pump, Fan, VFD, Drive, Motor, Damper, Valve, Actuator, Filter, ' +
    'Humidifier, Dehumidifier, Heater, Radiator, Baseboard, Beam, Panel, Furnace, Thermostat, Controller, Gateway, Meter, Luminaire, ' +
    'Lighting, Fixture, Lamp, Ballast, Driver, Switch, Dimmer, Transformer, Switchgear, Breaker, Inverter, Rectifier, Battery, Generator, ' +
    'Fuse, Strip, PlugStrip, Outlet, Elevator, Escalator, Camera, Detector, Door, Gate, Shade, Blind, Tank, Storage_Tank, CWS, HWS, Hood, ' +
    'Louver, Louvers, Collector, Purifier, Sensor_Equipment, Fan_Coil, Cold_Deck, Hot_Deck, Duct, Pipe, Loop, Trap, Column, Disconnect',
  point: 'Point, Sensor, Setpoint, Command, Status, Alarm, Parameter, Limit, Set_Point, Deadband, Lockout',
};

const ENDINGS = new Map(
  ENTITY_ROLES.flatMap((role) => ROLE_BY_ENDING[role].split(', ').map((ending): [string, EntityRole] => [ending.toLowerCase(), role])),
);

/**
 * The role of a Brick class by the last words of its local name (`Variable_Air_Volume_Box` is equipment because a `Box` is).
 * `undefined`: nothing is known of such a class; its superclasses in the model may tell.
 */
export function entityRole(className: string): EntityRole | undefined {
  const words = classWords(className).map((word) => word.toLowerCase());
  for (const start of words.keys()) {
    const role = ENDINGS.get(words.slice(start).join('_'));
    if (role) return role;
  }
  return undefined;
}

/** True for meters: models use them as equipment that owns points, and as the one point that they report. */
export function isMeterClass(className: string): boolean {
  return classWords(className).at(-1)?.toLowerCase() === 'meter';
}
