import type { AlarmDefinition, AlarmTarget } from '@cupola/contracts';
import { CONTROLLER_CONDITIONS } from '@cupola/domain';
import type { AlarmPriority } from '@cupola/domain';
import type { AlarmDefinitionChange, NewAlarmDefinition } from '../../core/wire';

export const CONDITIONS = ['HI', 'LO', 'DEV', 'STALE', 'FAULT', 'COMM_LOSS', 'IDENTITY'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** A definition while it is typed: numbers as texts, durations in the units of the form. */
export interface DefinitionDraft {
  name: string;
  condition: Condition;
  limit: string;
  referenceClass: string;
  deadband: string;
  onDelayS: string;
  offDelayS: string;
  latching: boolean;
  ackOnActive: boolean;
  ackOnReturn: boolean;
  autoAck: boolean;
  priority: AlarmPriority;
  consequence: string;
  action: string;
  respondMin: string;
}

const SECOND = 1000;
const MINUTE = 60_000;

export const NEW_DRAFT: DefinitionDraft = {
  name: '',
  condition: 'HI',
  limit: '',
  referenceClass: '',
  deadband: '0',
  onDelayS: '0',
  offDelayS: '',
  latching: false,
  ackOnActive: true,
  ackOnReturn: false,
  autoAck: false,
  priority: 3,
  consequence: '',
  action: '',
  respondMin: '',
};

export function draftOf(definition: AlarmDefinition): DefinitionDraft {
  const { name, condition, limit, referenceClass, deadband, onDelayMs, offDelayMs, latching, ackOnActive, ackOnReturn, autoAck, priority, consequence, action, respondWithinMs } = definition;
  return {
    ...{ name, condition, latching, ackOnActive, ackOnReturn, autoAck, priority, consequence, action },
    limit: limit === null ? '' : String(limit),
    referenceClass: referenceClass ?? '',
    deadband: String(deadband),
    onDelayS: String(onDelayMs / SECOND),
    offDelayS: offDelayMs === onDelayMs ? '' : String(offDelayMs / SECOND),
    respondMin: respondWithinMs === null ? '' : String(respondWithinMs / MINUTE),
  };
}

/** Which questions a condition raises: a limit, a reference, a deadband. */
export function needs(condition: Condition): { limit: boolean; reference: boolean; deadband: boolean } {
  const hasLimit = condition === 'HI' || condition === 'LO' || condition === 'DEV';
  return { limit: hasLimit, reference: condition === 'DEV', deadband: hasLimit };
}

/** NaN for what is not a number. */
function numberOf(text: string): number {
  const trimmed = text.trim().replace(',', '.');
  return trimmed === '' ? NaN : Number(trimmed);
}

export type DraftProblem = 'name' | 'limit' | 'reference' | 'deadband' | 'onDelay' | 'offDelay' | 'respond';

/** What keeps a draft from being sent, in the order of the form. */
export function problemsOf(draft: DefinitionDraft): DraftProblem[] {
  const asked = needs(draft.condition);
  const isSpan = (text: string) => numberOf(text) >= 0 && numberOf(text) <= 86_400;
  const found: [DraftProblem, boolean][] = [
    ['name', draft.name.trim() === ''],
    ['limit', asked.limit && !Number.isFinite(numberOf(draft.limit))],
    ['reference', asked.reference && draft.referenceClass.trim() === ''],
    ['deadband', asked.deadband && !(numberOf(draft.deadband) >= 0)],
    ['onDelay', !isSpan(draft.onDelayS)],
    ['offDelay', draft.offDelayS.trim() !== '' && !isSpan(draft.offDelayS)],
    ['respond', draft.respondMin.trim() !== '' && !(numberOf(draft.respondMin) > 0)],
  ];
  return found.filter(([, isWrong]) => isWrong).map(([problem]) => problem);
}

/** The rules of a draft without problems, as they are sent. */
export function rulesOf(draft: DefinitionDraft): Omit<NewAlarmDefinition, 'target'> & AlarmDefinitionChange {
  const asked = needs(draft.condition);
  const { condition, latching, ackOnActive, ackOnReturn, autoAck, priority } = draft;
  const onDelayMs = Math.round(numberOf(draft.onDelayS) * SECOND);
  return {
    ...{ condition, latching, ackOnActive, ackOnReturn, priority },
    name: draft.name.trim(),
    limit: asked.limit ? numberOf(draft.limit) : null,
    referenceClass: asked.reference ? draft.referenceClass.trim() : null,
    deadband: asked.deadband ? numberOf(draft.deadband) : 0,
    onDelayMs,
    offDelayMs: draft.offDelayS.trim() === '' ? onDelayMs : Math.round(numberOf(draft.offDelayS) * SECOND),
    // Somebody has to have seen priorities 1 and 2.
    autoAck: autoAck && priority > 2,
    consequence: draft.consequence.trim(),
    action: draft.action.trim(),
    respondWithinMs: draft.respondMin.trim() === '' ? null : Math.round(numberOf(draft.respondMin) * MINUTE),
  };
}

/** Conditions that make sense for a kind of target. */
export function conditionsFor(kind: AlarmTarget['kind']): readonly Condition[] {
  const ofControllers: readonly Condition[] = CONTROLLER_CONDITIONS;
  return kind === 'controllers' ? ofControllers : CONDITIONS.filter((condition) => !ofControllers.includes(condition));
}
