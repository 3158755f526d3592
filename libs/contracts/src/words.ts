import {
  COMMAND_STATES,
  CONTROLLER_STATUSES,
  IDENTITY_DOUBTS,
  LINK_STATES,
  LOSS_REASONS,
  PERMISSIONS,
  POINT_FUNCTIONS,
  POINT_KINDS,
  PRIORITY_LEVELS,
  QUALITIES,
  ROLES,
  SCOPE_KINDS,
  SESSION_REASONS,
  SESSION_STATES,
  SLOT_FACTS,
  SLOT_OPERATIONS,
  TIMELINE_KINDS,
  UNIT_SYSTEMS,
  VALUE_FLAGS,
  ZONE_KINDS,
} from '@cupola/domain';
import { z } from 'zod';

export const role = z.enum(ROLES);
export const permission = z.enum(PERMISSIONS);
export const scopeKind = z.enum(SCOPE_KINDS);
export const pointKind = z.enum(POINT_KINDS);
export const pointFunction = z.enum(POINT_FUNCTIONS);
export const quality = z.enum(QUALITIES);
export const valueFlag = z.enum(VALUE_FLAGS);
export const controllerStatus = z.enum(CONTROLLER_STATUSES);
export const identityDoubt = z.enum(IDENTITY_DOUBTS);
export const linkState = z.enum(LINK_STATES);
export const lossReason = z.enum(LOSS_REASONS);
export const sessionState = z.enum(SESSION_STATES);
export const sessionReason = z.enum(SESSION_REASONS);
export const timelineKind = z.enum(TIMELINE_KINDS);
export const commandState = z.enum(COMMAND_STATES);
export const slotFact = z.enum(SLOT_FACTS);
export const slotOperation = z.enum(SLOT_OPERATIONS);
export const unitSystem = z.enum(UNIT_SYSTEMS);
export const zoneKind = z.enum(ZONE_KINDS);
export const priorityLevel = z.literal([...PRIORITY_LEVELS]);
export const pointState = z.object({
  code: z.int(),
  key: z.string().max(64),
  label: z.string().max(120),
  isNormal: z.boolean(),
  isAlarm: z.boolean(),
});
/** A point's value on the wire: finite number or null. Binary points use 0 and 1, multistate points the state's code. */
export const pointValue = z.number().nullable();
