import type {
  acknowledgeOutcomes,
  auditRecord,
  command,
  controller,
  controllerDetail,
  createAlarmDefinition,
  createUser,
  equipmentItem,
  grant,
  overrideRequest,
  registerController,
  samplesResponse,
  slotView,
  updateAlarmDefinition,
  updateUser,
} from '@cupola/contracts';
import type { z } from 'zod';

/** Shapes of the contracts that have no type of their own there. Types only: the schemas stay out of the browser. */
export type AcknowledgeOutcomes = z.infer<typeof acknowledgeOutcomes>;
export type AlarmDefinitionChange = z.input<typeof updateAlarmDefinition>;
export type AuditRecord = z.infer<typeof auditRecord>;
export type Command = z.infer<typeof command>;
export type Controller = z.infer<typeof controller>;
export type ControllerDetail = z.infer<typeof controllerDetail>;
export type EquipmentItem = z.infer<typeof equipmentItem>;
export type Grant = z.infer<typeof grant>;
export type NewAlarmDefinition = z.input<typeof createAlarmDefinition>;
export type NewUser = z.input<typeof createUser>;
export type OverrideRequest = z.input<typeof overrideRequest>;
export type Registration = z.input<typeof registerController>;
export type Samples = z.infer<typeof samplesResponse>;
export type Slot = z.infer<typeof slotView>;
export type UserChange = z.input<typeof updateUser>;
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
