import { z } from 'zod';
import { pointKind, pointState, priorityLevel, slotOperation } from '../words.js';
import { durationMs, epochMs, id } from '../primitives.js';

/** Kinds of frame: the first element of every JSON array on a `cupola.v1.json` socket. */
export const FRAME = {
  hello: 1,
  welcome: 2,
  call: 3,
  result: 4,
  error: 5,
  data: 6,
  ack: 7,
  event: 8,
  ping: 9,
  pong: 10,
  notify: 11,
  drain: 12,
} as const;

export const SUBPROTOCOL = 'cupola.v1.json';
/** Prefix of the ticket token in `Sec-WebSocket-Protocol`. */
export const TICKET_PROTOCOL_PREFIX = 'ticket.';

/** Limits that the gateway enforces and WELCOME repeats. */
export const DEVICE_LIMITS = {
  maxFrameBytes: 64 * 1024,
  maxRowsPerFrame: 1000,
  maxDepth: 12,
  maxPoints: 10_000,
  maxSubdevices: 500,
  maxPointListBytes: 4 * 1024 * 1024,
  maxCallBytes: 16 * 1024,
  maxDocumentBytes: 8 * 1024 * 1024,
} as const;

const sequence = z.int().min(1);
const streamId = z.string().min(1).max(64);
const alias = z.int().min(0).max(DEVICE_LIMITS.maxPoints);

/** One entry of a controller's point list. `alias` is the number that stands for `key` in frames. */
export const devicePoint = z.object({
  alias,
  key: z.string().min(1).max(256),
  kind: pointKind,
  label: z.string().max(200).optional(),
  /** Unit as the controller measures it, e.g. `degF`; absent where there is none. */
  unit: z.string().max(32).optional(),
  states: z.array(pointState).max(256).optional(),
  writable: z.boolean().default(false),
  min: z.number().optional(),
  max: z.number().optional(),
  /** Smallest step the controller can hold. */
  resolution: z.number().positive().optional(),
  /** Value in force while every slot of the priority array is empty; required where writable. */
  relinquishDefault: z.number().optional(),
  /** How often the controller reports at the latest; staleness is judged by it. */
  intervalMs: durationMs.optional(),
  /** Id of the sub-device that the point belongs to, as HELLO names it; absent for the controller's own points. */
  subdevice: z.string().min(1).max(64).optional(),
  /** Its values are transitions (a trip, an alarm, a door): they go out as EVENT. */
  event: z.boolean().optional(),
});
export type DevicePoint = z.infer<typeof devicePoint>;

/** Revision of a point list: SHA-256, lower-case hex, of its canonical JSON. */
export const pointsRev = z.string().regex(/^[0-9a-f]{64}$/);

/** Something behind the controller that comes and goes by itself (a meter on a field bus). `since` is when its state began, by the controller's clock. */
export const subdevice = z.object({ id: z.string().min(1).max(64), state: z.string().max(32), since: epochMs });
export type Subdevice = z.infer<typeof subdevice>;

export const hello = z.object({
  deviceId: id,
  bootId: z.string().min(1).max(64),
  firmware: z.string().max(64).default(''),
  model: z.string().max(120).default(''),
  points: z.union([z.array(devicePoint).max(DEVICE_LIMITS.maxPoints), pointsRev]),
  /** `oldest` is the lowest number still in the store, `next` the number that the next frame gets. */
  streams: z.array(z.object({ id: streamId, oldest: sequence, next: sequence })).max(8),
  subdevices: z.array(subdevice).max(DEVICE_LIMITS.maxSubdevices).default([]),
  clock: z.object({ now: epochMs.nullable(), source: z.string().max(32), uptimeMs: durationMs }),
  caps: z.record(z.string().max(64), z.unknown()).default({}),
});
export type Hello = z.infer<typeof hello>;

/** How a controller spaces its attempts: delay = min + random * range, range doubled `doublings` times, never above max. */
export const retryPolicy = z.object({ minMs: durationMs, rangeMs: durationMs, doublings: z.int().min(0).max(16), maxMs: durationMs });
export type RetryPolicy = z.infer<typeof retryPolicy>;

/** WELCOME answers HELLO; a second one in the same session carries a changed status (pending -> accepted). */
export const welcome = z.object({
  status: z.enum(['accepted', 'pending', 'rejected']),
  retryAfterMs: durationMs.optional(),
  sessionId: id,
  epoch: z.int(),
  serverTime: epochMs,
  heartbeatMs: durationMs,
  acked: z.record(z.string(), z.int()),
  credits: z.int().min(0),
  /** `wanted`: the server does not know the list that HELLO named and asks for it by PUT. */
  points: z.object({ rev: z.string(), wanted: z.boolean() }),
  limits: z.object({ maxFrameBytes: z.int(), maxRowsPerFrame: z.int(), maxPoints: z.int() }),
  /** Revision of what the server intends in the controller's slots; 0: nothing. A host that is behind asks by `slots.pull`. */
  desiredRev: z.int().default(0),
  retry: retryPolicy,
});
export type Welcome = z.infer<typeof welcome>;

export const callOptions = z.object({ ttlMs: durationMs, key: z.string().max(128), sentAt: epochMs });
export type CallOptions = z.infer<typeof callOptions>;

/** One row of DATA and EVENT: alias, value, quality code of `sampleQuality` (0 = GOOD), milliseconds after `baseTs`. */
export type DataRow = [alias: number, value: number | null, quality: number, dtMs: number];

export type HelloFrame = [1, Hello];
export type WelcomeFrame = [2, Welcome];
export type CallFrame = [3, string, string, unknown, CallOptions];
export type ResultFrame = [4, string, unknown];
export type ErrorFrame = [5, string, string, string, unknown];
/**
 * `[6 | 8, streamId, seq, lane, baseTs, rows]`: 6 DATA, 8 EVENT; lane 0 live, 1 backfill. `baseTs` is in epoch milliseconds. A controller
 * whose HELLO says `clock.source` NO_CLOCK counts it from its boot instead, below zero for what it measured in an earlier boot: the
 * source time is the server's time at HELLO - `clock.uptimeMs` + `baseTs` + `dtMs`.
 */
export type DataFrame = [6 | 8, string, number, 0 | 1, number, DataRow[]];
/** `[7, streamId, cumSeq, credits]`: everything up to cumSeq is stored for ever. */
export type AckFrame = [7, string, number, number];
export type PingFrame = [9, number, number];
export type PongFrame = [10, number, number, number];
export type NotifyFrame = [11, string, string, number, number, string];
export type DrainFrame = [12, { withinMs: number; spreadMs: number; reason: string }];
export type DeviceFrame =
  | HelloFrame
  | WelcomeFrame
  | CallFrame
  | ResultFrame
  | ErrorFrame
  | DataFrame
  | AckFrame
  | PingFrame
  | PongFrame
  | NotifyFrame
  | DrainFrame;

/** CALL g>d `slot.apply`: operations on the priority array of one point. Durations are remaining times, so that no clock is compared. */
export const slotApply = z.object({
  key: z.string().max(256),
  operations: z
    .array(
      z.object({
        operation: slotOperation,
        level: priorityLevel,
        value: z.number().nullable(),
        /** The command that owns the slot from now on; a release names the owner that it releases. */
        commandId: id,
        /** The host empties the slot after this long; null only for levels without a required end. */
        remainingMs: durationMs.nullable(),
      }),
    )
    .min(1)
    .max(16),
});
export type SlotApply = z.infer<typeof slotApply>;

export const slot = z.object({
  level: priorityLevel,
  value: z.number(),
  commandId: id.nullable(),
  remainingMs: durationMs.nullable(),
});

/** State of a point's priority array as its host holds it. RESULT of `slot.apply` and `point.read`; payload of CALL d>g `slots.changed`. */
export const hostedPoint = z.object({
  key: z.string().max(256),
  slots: z.array(slot).max(16),
  relinquishDefault: z.number().nullable(),
  /** Level whose value is in force; null = relinquish default. */
  winner: priorityLevel.nullable(),
  presentValue: z.number().nullable(),
  quality: z.int().min(0),
  /** Grows with every read and change: a reading with a higher number is newer, whatever the clocks say. */
  readSeq: z.int().min(0),
});
export type HostedPoint = z.infer<typeof hostedPoint>;

export const pointRead = z.object({ key: z.string().max(256) });
/** CALL d>g `slots.changed`: the host changed its array by itself. `ended` names commands whose time was over. */
export const slotsChanged = z.object({ points: z.array(hostedPoint).max(200), ended: z.array(id).max(200) });
export type SlotsChanged = z.infer<typeof slotsChanged>;

export const GATEWAY_ACTIONS = ['slot.apply', 'point.read', 'command.status', 'replay', 'credential.rotate'] as const;
export const DEVICE_ACTIONS = ['slots.changed', 'slots.pull', 'loss.report', 'subdevices.changed'] as const;

/** CALL g>d `command.status`: what became of a command whose answer was lost. */
export const commandStatus = z.object({ key: z.string().max(128) });
/**
 * RESULT of `command.status`: the answer that was given (`result` holds what `slot.apply` returned), or `never_received`
 * when the key is not among the host's last 256: then the command was certainly not carried out.
 */
export const commandStatusResult = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('result'), result: hostedPoint }),
  z.object({ outcome: z.literal('refused'), code: z.string(), text: z.string() }),
  z.object({ outcome: z.literal('never_received') }),
]);
export type CommandStatusResult = z.infer<typeof commandStatusResult>;

/** CALL g>d `replay`: these frames did not arrive. RESULT `{}`: they follow. */
export const replayRequest = z.object({ streamId, from: sequence, to: sequence });
/** Details of ERROR `GONE` to `replay`: which of the asked frames the controller does not have any more. Without them it resumes in a new session. */
export const replayGone = z.object({ from: sequence, to: sequence });
