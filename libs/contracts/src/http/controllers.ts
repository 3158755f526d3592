import { z } from 'zod';
import { durationMs, id, instant, pageQuery, text } from '../primitives.js';
import { controllerStatus, identityDoubt, linkState, lossReason, pointKind, sessionReason, sessionState, timelineKind } from '../words.js';

const place = z.object({ id, name: z.string() });

export const controller = z.object({
  id,
  name: z.string(),
  /** Short id printed beside the claim code. */
  slot: z.string(),
  type: z.string(),
  serial: z.string().nullable(),
  model: z.string(),
  firmware: z.string(),
  status: controllerStatus,
  link: linkState,
  /** As `link`, but `degraded` while it is connected and has answered no call since it left three in a row unanswered. */
  state: sessionState,
  /** Why it is in this state, and since when. */
  reason: sessionReason,
  detail: z.string(),
  since: instant,
  lastSeenAt: instant.nullable(),
  site: place,
  building: place.nullable(),
  floor: place.extend({ level: z.int() }).nullable(),
  equipment: place.nullable(),
  points: z.object({ reported: z.int(), bound: z.int(), quarantined: z.int() }),
  claim: z.object({ expiresAt: instant, triesLeft: z.int() }).nullable(),
});
export type Controller = z.infer<typeof controller>;

/** The controller's clock minus the server's; null = it has no clock, or has not said HELLO. `source`: its own word, e.g. `ntp`. */
const sessionClock = z.object({ offsetMs: z.int().nullable(), source: z.string() });

export const controllerDetail = controller.extend({
  session: z
    .object({ startedAt: instant, remoteAddress: z.string(), gatewayId: z.string(), epoch: z.int(), bootId: z.string().nullable(), clock: sessionClock })
    .nullable(),
  timeline: z.array(z.object({ at: instant, reason: z.string(), text: z.string() })),
  /** Frames that will never arrive, newest first. What the controller did not say of them is null. */
  losses: z.array(
    z.object({
      stream: z.string(),
      carries: z.enum(['live', 'backfill', 'events']).nullable(),
      from: z.int(),
      to: z.int(),
      rows: z.int().nullable(),
      /** Source times of the samples that are gone. */
      oldest: instant.nullable(),
      newest: instant.nullable(),
      why: lossReason,
      at: instant,
    }),
  ),
  /** Devices behind the controller. */
  subdevices: z.array(z.object({ id: z.string(), state: z.string(), since: instant })),
  /** Something else seems to use its identity, until a technician settles it or nothing more was noticed for ten minutes. */
  identityDoubt: z.object({ why: identityDoubt, detail: z.string(), until: instant }).nullable(),
  /** Two boxes seem to use its identity: until then no command is sent, unless a technician settles it. Null = commands are sent. */
  commandsHeldUntil: instant.nullable(),
  /** A stream that starts at numbers which are stored already; a technician may accept them as new. */
  streamConflict: z.object({ stream: z.string(), next: z.int(), stored: z.int(), accepted: z.boolean() }).nullable(),
  /** Null before it was claimed. `rotation`: its replacement is under way; `handedAt` null = the controller has not got the next one yet. */
  secret: z.object({ since: instant.nullable(), rotation: z.object({ startedAt: instant, handedAt: instant.nullable() }).nullable() }),
  bindings: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      kind: pointKind,
      unit: z.string().nullable(),
      writable: z.boolean(),
      point: place.nullable(),
      quarantine: z.string().nullable(),
    }),
  ),
});
export type ControllerDetail = z.infer<typeof controllerDetail>;

/** `GET /api/v1/controllers/{id}/timeline?before=&limit=&kind=`: newest first. `kind` may name several, separated by commas. */
export const timelineQuery = z.object({
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  kind: z
    .string()
    .max(500)
    .transform((kinds) => kinds.split(','))
    .pipe(z.array(timelineKind))
    .optional(),
});
/** Repetitions with nothing in between are one entry, from `at` until `until`. `facts` say for screens in any language what `text` says in English. */
export const timelineEntry = z.object({
  id: z.int(),
  at: instant,
  until: instant,
  count: z.int(),
  kind: timelineKind,
  /** What happened, in the technician's words. */
  text: z.string(),
  /** What to do about it; empty when nothing is to be done. */
  next: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;

export const controllersQuery = z.object({
  ...pageQuery,
  search: z.string().trim().max(200).optional(),
  site: id.optional(),
  floor: id.optional(),
  status: controllerStatus.optional(),
  link: linkState.optional(),
  state: sessionState.optional(),
});

/** `POST /api/v1/controllers`. `equipment` binds the controller's keys to the points of that equipment. */
export const registerController = z.strictObject({
  name: text(120),
  type: text(64),
  site: id,
  building: id.optional(),
  equipment: id.optional(),
  serial: text(120).optional(),
  claimTtlMs: durationMs.min(60_000).max(86_400_000).optional(),
});
/** The code is shown once; `qr` is the text that the QR code carries. */
export const claim = z.object({
  controllerId: id,
  slot: z.string(),
  claimCode: z.string(),
  qr: z.string(),
  expiresAt: instant,
});
export type Claim = z.infer<typeof claim>;
export const registered = z.object({ controller, claim });

/** `POST /api/v1/controllers/csv?dryRun=true|false` with `text/csv`: all rows or none. Columns: name,type,site,building,equipment,serial (names, not ids). */
export const csvQuery = z.object({ dryRun: z.stringbool().default(true) });
export const csvReport = z.object({
  rows: z.int(),
  applied: z.boolean(),
  errors: z.array(z.object({ line: z.int(), column: z.string().nullable(), text: z.string() })),
  preview: z.array(z.object({ line: z.int(), name: z.string(), type: z.string(), site: z.string(), equipment: z.string().nullable() })),
  claims: z.array(claim.extend({ name: z.string() })),
});
export type CsvReport = z.infer<typeof csvReport>;

/** `POST /api/v1/controllers/{id}/claim`: a new code for a controller, enrolled already or not. */
export const claimController = z.strictObject({ claimTtlMs: durationMs.min(60_000).max(86_400_000).optional() });
export const confirmController = z.strictObject({ serial: text(120).optional() });
export const revokeController = z.strictObject({ reason: text(300) });
/** `PUT /api/v1/controllers/{id}/bindings`: `point` null unbinds. */
export const bindChannels = z.strictObject({ bindings: z.array(z.strictObject({ key: z.string(), point: id.nullable() })).min(1).max(2000) });

/** `GET` and `PUT /api/v1/sites/{id}/device-origins`: exact origins like `https://gateway.example.org`, the whole list. */
export const deviceOrigins = z.strictObject({
  origins: z
    .array(
      z
        .string()
        .max(300)
        .regex(/^https?:\/\/(\[[0-9a-f:]+\]|[a-z0-9][a-z0-9.-]*)(:\d{1,5})?$/, 'must be an origin, like https://devices.example.org'),
    )
    .max(50),
});
