import { ALARM_CONDITIONS, ALARM_FACTS, DISPLAY_STATES, ALARM_PRIORITIES } from '@cupola/domain';
import { z } from 'zod';
import { durationMs, id, instant, pageQuery, text } from '../primitives.js';
import { pointValue } from '../words.js';

export const alarmCondition = z.enum(ALARM_CONDITIONS);
export const alarmPriority = z.literal([...ALARM_PRIORITIES]);
export const displayStateWord = z.enum(DISPLAY_STATES);
export const alarmFact = z.enum(ALARM_FACTS);
/** Conditions that can be defined today, and what they watch. */
export const DEFINABLE_CONDITIONS = ['HI', 'LO', 'DEV', 'COMM_LOSS', 'STALE', 'FAULT', 'IDENTITY'] as const;
export const definableCondition = z.enum(DEFINABLE_CONDITIONS);

/** The rationalisation record that an operator sees with the alarm. */
const guidance = { consequence: z.string().max(500), action: z.string().max(500), respondWithinMs: durationMs.nullable() };

const rules = {
  name: text(120),
  condition: definableCondition,
  /** HI and LO: the limit in the point's unit. DEV: the largest allowed distance from the reference. STALE: none (the point's own patience counts). FAULT: none (the quality that the controller reports counts). */
  limit: z.number().nullable(),
  /** DEV only: the point whose value is the reference, by the words of its Brick class on the same equipment, e.g. `Zone_Air_Temperature_Setpoint`. */
  referenceClass: z.string().max(200).nullable(),
  deadband: z.number().min(0),
  onDelayMs: durationMs.max(86_400_000),
  offDelayMs: durationMs.max(86_400_000),
  latching: z.boolean(),
  ackOnActive: z.boolean(),
  ackOnReturn: z.boolean(),
  autoAck: z.boolean(),
  priority: alarmPriority,
  ...guidance,
};

/** What a definition watches: one point, every point of a class on a floor (a template), or controllers of a site. */
export const alarmTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('point'), point: id }),
  z.strictObject({ kind: z.literal('class'), brickClass: z.string().min(1).max(200), building: id, floor: id.nullable() }),
  z.strictObject({ kind: z.literal('controllers'), site: id }),
]);
export type AlarmTarget = z.infer<typeof alarmTarget>;

/** `POST /api/v1/alarm-definitions` */
export const createAlarmDefinition = z.strictObject({
  target: alarmTarget,
  ...rules,
  referenceClass: rules.referenceClass.default(null),
  deadband: rules.deadband.default(0),
  onDelayMs: rules.onDelayMs.default(0),
  /** Default: the on delay. */
  offDelayMs: rules.offDelayMs.optional(),
  latching: rules.latching.default(false),
  ackOnActive: rules.ackOnActive.default(true),
  ackOnReturn: rules.ackOnReturn.default(false),
  autoAck: rules.autoAck.default(false),
  consequence: guidance.consequence.default(''),
  action: guidance.action.default(''),
  respondWithinMs: guidance.respondWithinMs.default(null),
});
/** `PATCH /api/v1/alarm-definitions/{id}`: the target stays. */
export const updateAlarmDefinition = z.strictObject({ ...rules, enabled: z.boolean() }).partial();
export const alarmDefinition = z.object({
  id,
  ...rules,
  target: alarmTarget,
  targetName: z.string(),
  enabled: z.boolean(),
  /** How many points or controllers it watches now. */
  alarms: z.int(),
  createdAt: instant,
});
export type AlarmDefinition = z.infer<typeof alarmDefinition>;

const place = z.object({ id, name: z.string() });

/** One alarm as lists show it: everything that is annunciated, and what hides it. */
export const alarm = z.object({
  id,
  definition: z.object({ id, name: z.string(), condition: alarmCondition, limit: z.number().nullable(), deadband: z.number(), ...guidance }),
  priority: alarmPriority,
  state: displayStateWord,
  active: z.boolean(),
  acked: z.boolean(),
  latched: z.boolean(),
  /** Proves to the server which occurrence an acknowledgement means. */
  occurrence: z.int(),
  since: instant,
  activeSince: instant.nullable(),
  ackedAt: instant.nullable(),
  ackedBy: z.string().nullable(),
  /** Value that last changed the alarm, in the point's unit. */
  value: pointValue,
  unit: z.string().nullable(),
  site: place,
  building: place.nullable(),
  floor: place.extend({ level: z.int() }).nullable(),
  zone: place.nullable(),
  equipment: place.nullable(),
  point: place.nullable(),
  controller: place.nullable(),
});
export type Alarm = z.infer<typeof alarm>;

/** A line of the journal. `number` follows commit order: a reader that has N has everything up to N that it may see. */
export const alarmJournalLine = z.object({
  number: z.int(),
  alarmId: id,
  fact: alarmFact,
  occurrence: z.int(),
  at: instant,
  recordedAt: instant,
  by: z.string().nullable(),
  text: z.string().nullable(),
  value: pointValue,
  /** The alarm's state after this line. */
  state: displayStateWord,
});
export type AlarmJournalLine = z.infer<typeof alarmJournalLine>;

/** `GET /api/v1/alarms`: what is not NORM, with the journal number it is true for. */
export const alarmsResponse = z.object({ seq: z.int(), items: z.array(alarm) });
export const alarmsQuery = z.object({ floor: id.optional(), building: id.optional(), point: id.optional() });
/** `GET /api/v1/alarms/{id}` */
const occurrenceSpan = z.object({ occurrence: z.int(), from: instant, to: instant.nullable(), ackedAt: instant.nullable(), ackedBy: z.string().nullable() });
export const alarmDetail = alarm.extend({ journal: z.array(alarmJournalLine), occurrences: z.array(occurrenceSpan) });
export type AlarmDetail = z.infer<typeof alarmDetail>;
/** `GET /api/v1/alarms/{id}/occurrences/{occurrence}`: one time that an alarm was raised, over or not, and the alarm as it is now. */
export const alarmOccurrence = occurrenceSpan.extend({ alarm, journal: z.array(alarmJournalLine) });
export type AlarmOccurrence = z.infer<typeof alarmOccurrence>;
/** `GET /api/v1/alarms/journal?after=&limit=`: oldest first. */
export const alarmJournalQuery = z.object({ after: z.coerce.number().int().min(0).default(0), limit: pageQuery.limit, alarm: id.optional() });
export const alarmJournalResponse = z.object({ items: z.array(alarmJournalLine), head: z.int() });

/** `POST /api/v1/alarms/{id}/acknowledge` */
export const acknowledgeAlarm = z.strictObject({ occurrence: z.int().min(1), comment: z.string().trim().max(500).optional() });
/** `POST /api/v1/alarms/acknowledge`: each its own outcome; one that moved on is refused, the others stand. */
export const acknowledgeAlarms = z.strictObject({
  alarms: z.array(z.strictObject({ id, occurrence: z.int().min(1) })).min(1).max(200),
  comment: z.string().trim().max(500).optional(),
});
export const acknowledgeOutcomes = z.object({ outcomes: z.array(z.object({ id, ok: z.boolean(), code: z.string().nullable(), detail: z.string().nullable() })) });
/** `POST /api/v1/alarms/{id}/reset` and `/comment`. */
export const resetAlarm = z.strictObject({ occurrence: z.int().min(1) });
export const commentAlarm = z.strictObject({ text: text(500) });
