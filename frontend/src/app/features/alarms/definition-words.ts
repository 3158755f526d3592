import type { AlarmTarget } from '@cupola/contracts';
import type { AlarmPriority } from '@cupola/domain';
import type { WordKey } from '../../core/words';
import type { Condition, DraftProblem } from './definition-draft';

export const KIND_WORDS = { class: 'definition.kindClass', point: 'definition.kindPoint', controllers: 'definition.kindControllers' } as const satisfies Record<AlarmTarget['kind'], WordKey>;
export const PRIORITY_WORDS = { 1: 'definition.priority1', 2: 'definition.priority2', 3: 'definition.priority3', 4: 'definition.priority4' } as const satisfies Record<AlarmPriority, WordKey>;
export const CONDITION_WORDS = {
  HI: 'definition.HI',
  LO: 'definition.LO',
  DEV: 'definition.DEV',
  STALE: 'definition.STALE',
  FAULT: 'definition.FAULT',
  COMM_LOSS: 'definition.COMM_LOSS',
  IDENTITY: 'definition.IDENTITY',
} as const satisfies Record<Condition, WordKey>;
export const WRONG_WORDS = {
  name: 'definition.wrong.name',
  limit: 'definition.wrong.limit',
  reference: 'definition.wrong.reference',
  deadband: 'definition.wrong.deadband',
  onDelay: 'definition.wrong.onDelay',
  offDelay: 'definition.wrong.offDelay',
  respond: 'definition.wrong.respond',
} as const satisfies Record<DraftProblem, WordKey>;
