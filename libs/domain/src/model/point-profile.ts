import type { PointFunction, PointKind } from '../points/words.js';
import { classWords, hasWords } from './class-words.js';
import { FUNCTION_BY_LAST_WORD, LIMIT_RULES, QUANTITY_RULES, STATES } from './point-rules.js';
import type { Limits, QuantityRule } from './point-rules.js';
import type { Quantity } from './units.js';
import { QUANTITIES } from './units.js';
import type { PointState, UnitSystem } from './words.js';

/** What a point's class tells of it. Numbers are in `unit`. */
export interface PointProfile {
  kind: PointKind;
  function: PointFunction;
  unit: string | null;
  states: readonly PointState[] | null;
  writable: boolean;
  min: number | null;
  max: number | null;
  resolution: number | null;
  relinquishDefault: number | null;
  /** False: no rule knows the class, or it leaves the unit open; a person should look. */
  isKnown: boolean;
}

/**
 * Reads a point's kind, function, unit and limits from the words of its Brick class (the local name, e.g.
 * `Zone_Air_Temperature_Setpoint`), with units of the given system. Setpoints and commands are writable. A class that no rule
 * knows becomes an analog sensor without unit, `isKnown` false.
 */
export function pointProfile(className: string, unitSystem: UnitSystem): PointProfile {
  const words = classWords(className);
  const last = words.at(-1)?.toLowerCase() ?? '';
  const pointFunction = FUNCTION_BY_LAST_WORD[last] ?? 'sensor';
  const writable = ['setpoint', 'command', 'deadband'].includes(last);
  const present = new Set(words.map((word) => word.toLowerCase()));
  const rule = QUANTITY_RULES.find((candidate) => matches(candidate, present, last));
  if (!rule) return unknownProfile(pointFunction, writable);
  if (rule.kind) return discreteProfile(rule, rule.kind, pointFunction, writable);
  const quantity = rule.quantity ?? 'none';
  const unit = QUANTITIES[quantity][unitSystem];
  return {
    kind: 'analog',
    function: pointFunction,
    unit,
    states: null,
    writable,
    ...(writable ? limitsOf(words, quantity, unitSystem) : NO_LIMITS),
    isKnown: unit !== null || quantity === 'none',
  };
}

const NO_LIMITS = { min: null, max: null, resolution: null, relinquishDefault: null };

function matches(rule: QuantityRule, present: ReadonlySet<string>, last: string): boolean {
  if (rule.last && !rule.last.toLowerCase().split(' ').includes(last)) return false;
  return rule.words === '' || rule.words.toLowerCase().split(' ').every((word) => present.has(word));
}

function unknownProfile(pointFunction: PointFunction, writable: boolean): PointProfile {
  return { kind: 'analog', function: pointFunction, unit: null, states: null, writable, ...NO_LIMITS, isKnown: false };
}

function discreteProfile(rule: QuantityRule, kind: PointKind, pointFunction: PointFunction, writable: boolean): PointProfile {
  const states = rule.states ? STATES[rule.states] : null;
  const relinquishDefault = writable && states ? 0 : null;
  return { kind, function: pointFunction, unit: null, states, writable, ...NO_LIMITS, relinquishDefault, isKnown: states !== null };
}

/** A unit that the class itself names decides the system of the limits too. */
function limitsOf(words: readonly string[], quantity: Quantity, unitSystem: UnitSystem): Omit<PointProfile, 'kind' | 'function' | 'unit' | 'states' | 'writable' | 'isKnown'> {
  const system = quantity === 'celsius' ? 'metric' : quantity === 'fahrenheit' ? 'imperial' : unitSystem;
  const asked = quantity === 'celsius' || quantity === 'fahrenheit' ? 'temperature' : quantity;
  const rule = LIMIT_RULES.find((candidate) => candidate.quantity === asked && hasWords(words, candidate.words === '' ? [] : candidate.words.split(' ')));
  if (!rule) return NO_LIMITS;
  const { min, max, relinquish, resolution }: Limits = rule.limits[system];
  return { min, max, resolution, relinquishDefault: relinquish };
}
