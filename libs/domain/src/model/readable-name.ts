import { classWords } from './class-words.js';

const ROOM_NUMBER = /(?:^|[^A-Za-z])(?:[A-Z]*RM|[Rr]oom|ROOM)[ _-]?(\d[0-9A-Z]*(?:_[A-Z](?![A-Za-z0-9]))?)/;
const SHORT_CLASSES: Readonly<Record<string, string>> = {
  Air_Handler_Unit: 'AHU',
  Air_Handling_Unit: 'AHU',
  Variable_Air_Volume_Box: 'VAV',
  Variable_Air_Volume_Box_With_Reheat: 'VAV',
  Fan_Coil_Unit: 'FCU',
  Rooftop_Unit: 'RTU',
};

/** The number of the room that an id speaks of: `RM249_A_LAB_room` is `249 A`, `VAVRM243C_LAB` is `243C`. */
export function roomNumber(idName: string): string | undefined {
  return ROOM_NUMBER.exec(idName)?.[1]?.replace('_', ' ');
}

/** A class in words for people: `Zone_Air_Temperature_Sensor` is `Zone Air Temperature Sensor`, `Air_Handler_Unit` is `AHU`. */
export function classLabel(className: string): string {
  return SHORT_CLASSES[className] ?? classWords(className).join(' ');
}

/** True for labels that are only a code (`-W9018`): people need a word beside it. */
export function isCode(label: string): boolean {
  return !/\p{Ll}{3}/u.test(label) && !/\p{Lu}{5}/u.test(label);
}

/** What an entity without a label is called, from the last part of its id: `supply_damper` is `Supply damper`. */
export function idInWords(idName: string): string {
  const text = idName.replace(/[_\s]+/g, ' ').trim();
  return text === '' ? idName : text.charAt(0).toUpperCase() + text.slice(1);
}

/** A name for a room: its label, else the room number in its id, else the id in words. */
export function spaceName(idName: string, label: string | undefined): string {
  return label ?? roomNumber(idName) ?? idInWords(withoutWord(lastSegment(idName), 'room'));
}

/**
 * A name for a piece of equipment: its label (a bare code gets the class before it), else class and room number, else what its
 * id says. Never an IRI.
 */
export function equipmentName(idName: string, className: string, label: string | undefined): string {
  const type = classLabel(className);
  if (label !== undefined) return isCode(label) && !label.startsWith(type) ? `${type} ${label}` : label;
  const room = roomNumber(idName);
  if (room !== undefined) return `${type} ${room}`;
  // `building/` is the building's own name, not the damper's that an exporter forgot to name.
  if (idName.endsWith('/')) return type;
  return nameOfSegments(idName.split('/').filter((segment) => segment !== ''), type);
}

function nameOfSegments(segments: readonly string[], type: string): string {
  const last = segments.at(-1) ?? '';
  const before = segments.at(-2);
  if (last.toLowerCase() === type.toLowerCase() && before !== undefined && /\d/.test(before)) return `${type} ${before}`;
  const glued = new RegExp(`^${type}[ _-]?(\\d.*)$`, 'i').exec(last);
  if (glued) return `${type} ${String(glued[1]).replace(/_/g, ' ')}`;
  if (/^[^a-zA-Z]*$/.test(last)) return `${type} ${last}`.trim();
  const words = last.toLowerCase() === type.toLowerCase() ? type : idInWords(last);
  return before !== undefined && /^\d+$/.test(before) ? `${words} ${before}` : words;
}

/** The part of an id after its last slash. */
export function lastSegment(idName: string): string {
  return idName.split('/').findLast((segment) => segment !== '') ?? idName;
}

function withoutWord(text: string, word: string): string {
  const rest = text.replace(new RegExp(`[ _-]?${word}$`, 'i'), '');
  return rest === '' ? text : rest;
}

const ORDINALS = ['ground', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

/**
 * The level of a floor from its name or id: `floor0` is 0, `Level 2` is 2, `B1` and `Basement 1` are -1, `Ground floor` is 0,
 * `Third Floor` is 3. `undefined` when the name says no level.
 */
export function floorLevel(name: string): number | undefined {
  const text = name.toLowerCase();
  const below = /(?:basement|(?:^|[^a-z])b)[ _-]?(\d*)(?![a-z0-9])/.exec(text);
  if (below) return -Number(below[1] || 1);
  const number = /(?:^|\s)(-\d{1,3})(?!\d)|(?<!\d)(\d{1,3})(?!\d)/.exec(text);
  if (number) return Number(number[1] ?? number[2]);
  const ordinal = ORDINALS.findIndex((word) => text.includes(word));
  return ordinal < 0 ? undefined : ordinal;
}
