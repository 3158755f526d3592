import { DESK_ID, simulationDesk } from './desk.js';
import { EQUIPMENT, type Equipment } from './equipment.js';
import { LIGHTING_GROUPS } from './lighting-groups.js';
import { FLOOR_NAMES, isConditioned, ROOMS, type Room } from './rooms.js';

const HOUSE = 'urn:cupola:cupola-house#';
const PREFIXES = `@prefix brick: <https://brickschema.org/schema/Brick#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix demo: <urn:cupola:simulation#> .
`;
/** Classes of the simulation itself, which Brick does not have. */
const OWN_CLASS = /^Simulat/;

/** The id of a thing in the model: imports and drawings find it again by this. */
export function sourceIdOf(name: string): string {
  return `${HOUSE}${name.replaceAll(' ', '_')}`;
}

export function spaceIdOf({ number }: Room): string {
  return sourceIdOf(`room-${number}`);
}

/** Cupola House as a Brick model in Turtle. The same house gives the same text. */
export function cupolaHouseTurtle(): string {
  return [PREFIXES, `${iri('house')} a brick:Building ; rdfs:label "Cupola House" .`, ...floors(), ...rooms(), ...zones(), ...[...EQUIPMENT, simulationDesk(1)].map(equipment)].join('\n');
}

function floors(): string[] {
  return FLOOR_NAMES.map((name, level) => `${iri(`floor-${level}`)} a brick:Floor ; rdfs:label "Floor ${level}, ${name.toLowerCase()}" ; brick:isPartOf ${iri('house')} .`);
}

function rooms(): string[] {
  return ROOMS.map((room) => `<${spaceIdOf(room)}> a brick:Room ; rdfs:label "${room.name}" ; brick:isPartOf ${iri(`floor-${room.level}`)} .`);
}

function zones(): string[] {
  const climate = ROOMS.filter((room) => isConditioned(room) || room.use === 'server').map((room) => zone(zoneOf(room), 'HVAC_Zone', room.name, [room]));
  const light = LIGHTING_GROUPS.map(({ id, rooms: own }) => zone(`zone-${id}`, 'Lighting_Zone', `Lighting ${own.map(({ number }) => number).join(', ')}`, own));
  return [...climate, ...light];
}

function zone(id: string, brickClass: string, label: string, own: readonly Room[]): string {
  return `${iri(id)} a brick:${brickClass} ; rdfs:label "${label}" ; brick:hasPart ${own.map((room) => `<${spaceIdOf(room)}>`).join(', ')} .`;
}

function zoneOf({ number }: Room): string {
  return `zone-${number}`;
}

function equipment({ id, brickClass, points, level, room, feeds }: Equipment): string {
  const served = room !== null ? [zoneOf(room)] : LIGHTING_GROUPS.some((group) => group.id === id) ? [`zone-${id}`] : [];
  const fed = [...served, ...feeds].map(iri);
  const place = room !== null ? `<${spaceIdOf(room)}>` : level !== null ? iri(`floor-${level}`) : iri('house');
  const own = points.map(({ suffix }) => iri(`${id}.${suffix}`)).join(', ');
  const lines = points.map((point) => `${iri(`${id}.${point.suffix}`)} a ${term(point.brickClass)} ; rdfs:label "${point.label}" .`);
  return [
    `${iri(id)} a ${term(brickClass)} ; rdfs:label "${nameOf(id)}" ; brick:hasLocation ${place} ; brick:hasPoint ${own}${fed.length > 0 ? ` ; brick:feeds ${fed.join(', ')}` : ''} .`,
    ...lines,
  ].join('\n');
}

/** As it is written on the box: `VAV-3-12`, `Simulation desk`. */
function nameOf(id: string): string {
  return id === DESK_ID ? 'Simulation desk' : id;
}

function term(brickClass: string): string {
  return OWN_CLASS.test(brickClass) ? `demo:${brickClass}` : `brick:${brickClass}`;
}

function iri(name: string): string {
  return `<${sourceIdOf(name)}>`;
}
