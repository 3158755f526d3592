import type { OverrideRefusal } from '@cupola/domain';
import type { CommandTarget } from './command-target.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Why an override is refused, in the words of whoever asked. */
export function explainRefusal(code: OverrideRefusal, { label, unit, rules }: CommandTarget, value: number): string {
  switch (code) {
    case 'NOT_WRITABLE':
      return `${label} cannot be written.`;
    case 'WRONG_KIND':
      return rules.codes === null ? `${label} takes 0 or 1, not ${value}.` : `${label} has no state ${value}; it takes ${rules.codes.join(', ')}.`;
    case 'OUT_OF_RANGE':
      return `${withUnit(value, unit)} is outside of what ${label} takes: ${range(rules.min, rules.max, unit)}.`;
    case 'END_REQUIRED':
      return 'An override needs an end: say either how long it lasts or until when.';
    case 'END_IN_PAST':
      return 'The end of the override is in the past.';
    case 'END_TOO_FAR':
      return `An override of ${label} may last ${duration(rules.maxOverrideMs)} at most.`;
  }
}

function range(min: number | null, max: number | null, unit: string | null): string {
  if (min === null) return `at most ${withUnit(max ?? 0, unit)}`;
  return max === null ? `at least ${withUnit(min, unit)}` : `${min} to ${withUnit(max, unit)}`;
}

function withUnit(value: number, unit: string | null): string {
  return unit === null ? String(value) : `${value} ${unit}`;
}

function duration(ms: number): string {
  if (ms >= HOUR && ms % HOUR === 0) return ms === HOUR ? 'one hour' : `${ms / HOUR} hours`;
  return `${Math.max(1, Math.round(ms / MINUTE))} minutes`;
}
