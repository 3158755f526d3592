import type { LossReason } from '@cupola/domain';
import { z } from 'zod';
import { durationMs, epochMs, id, secret256 } from '../primitives.js';
import { hello, hostedPoint, retryPolicy, slotsChanged, devicePoint } from '../device/frames.js';
import { enrolRequest, enrolResponse, pointListResponse, TICKET_AUDIENCES } from '../device/http.js';
import { slotSet, slotsPull } from '../device/slot-set.js';
import { documentNotice } from '../device/document.js';
import { type FrameLoss, frameLoss, subdevicesChanged } from '../device/controller-news.js';
import { commandState, controllerStatus, linkState, lossReason, pointKind, quality, sessionReason, valueFlag } from '../words.js';

/** The session that speaks: checked against the controller's current epoch before anything is believed. */
export const sessionRef = z.object({ sessionId: id, controllerId: id, epoch: z.int() });
export type SessionRef = z.infer<typeof sessionRef>;

/** How a controller's key is stored: rows of DATA name it by `alias`, samples by `channelId`. */
export const channel = z.object({
  alias: z.int(),
  key: z.string(),
  channelId: z.int(),
  kind: pointKind,
  /** State codes that a multistate channel may report. */
  codes: z.array(z.int()).optional(),
});
export type Channel = z.infer<typeof channel>;

/** One sample on its way to the database: channel, source time, received time, value, stored quality (bit field of `sampleQuality`). */
export type IngestRow = [channelId: number, sourceTime: number, receivedTime: number, value: number | null, quality: number];
/** One frame: its rows go in together or not at all. */
export interface IngestFrame {
  streamId: string;
  seq: number;
  lane: 0 | 1;
  rows: IngestRow[];
}
/** Numbers `from`..`to` of a stream that will never arrive. What of them is stored after all stays. */
export interface LostRange {
  streamId: string;
  from: number;
  to: number;
  why: LossReason;
  /** What the controller said of it, where it said anything. */
  said?: Pick<FrameLoss, 'carries' | 'rows' | 'oldest' | 'newest'> | undefined;
}
export interface IngestBatch extends SessionRef {
  frames: IngestFrame[];
  /** Frames of event streams: stored before whatever else waits, and never refused because samples crowd in. */
  isUrgent?: boolean | undefined;
  /** Recorded, and passed over, in the transaction that stores the frames. */
  losses?: LostRange[] | undefined;
}
/** After commit: the highest number per stream up to which nothing is missing. */
export interface IngestReply {
  acked: Record<string, number>;
}
const said = frameLoss.pick({ carries: true, rows: true, oldest: true, newest: true });
export const lostRanges = z.array(z.object({ streamId: z.string(), from: z.int(), to: z.int(), why: lossReason, said: said.optional() }));
const ingestRow = z.tuple([z.int(), epochMs, epochMs, z.number().nullable(), z.int()]);
export const ingestBatch: z.ZodType<IngestBatch> = sessionRef.extend({
  frames: z.array(z.object({ streamId: z.string(), seq: z.int(), lane: z.literal([0, 1]), rows: z.array(ingestRow) })),
  isUrgent: z.boolean().optional(),
  losses: lostRanges.optional(),
});
export const ingestReply: z.ZodType<IngestReply> = z.object({ acked: z.record(z.string(), z.int()) });

const nothing = z.object({});
/** SHA-256 of the public key that the controller proved to hold in the TLS handshake; null or absent: it showed none. */
const keyPin = secret256.nullable().optional();
const at = z.object({ at: epochMs });

/**
 * Requests: exactly one program answers. `<x>` in a subject is filled by `subjectFor`.
 * The first group is answered by backend, `gateway.<gatewayId>.call` by the gateway that holds the session.
 */
export const REQUESTS = {
  'devices.enrol': { request: enrolRequest.extend({ remoteAddress: z.string(), keyPin }), reply: enrolResponse },
  'tickets.issue': {
    request: z.object({
      deviceId: z.string(),
      secret: z.string(),
      protocols: z.array(z.string()),
      bootId: z.string(),
      audience: z.enum(TICKET_AUDIENCES),
      /** The document that a ticket of audience `document` is for. */
      ref: id.optional(),
      remoteAddress: z.string(),
      keyPin,
      /** Controllers that were enrolled without a key get no ticket. */
      isKeyRequired: z.boolean().optional(),
    }),
    reply: z.object({ ticket: secret256, ttlMs: durationMs, subprotocol: z.string(), serverTime: epochMs, retry: retryPolicy }),
  },
  /** One statement: consumes the ticket, supersedes an older session, writes the new session row with the next epoch. */
  'tickets.consume': {
    request: z.object({ ticket: z.string(), subprotocol: z.string(), gatewayId: z.string(), remoteAddress: z.string(), keyPin, origin: z.string().nullable().optional() }),
    reply: sessionRef.extend({ status: controllerStatus, siteId: id, superseded: sessionRef.extend({ gatewayId: z.string() }).nullable() }),
  },
  /** Burns a ticket that was presented where it must not be (query string), consumed or not. */
  'tickets.burn': { request: z.object({ ticket: z.string(), remoteAddress: z.string() }), reply: nothing },
  'sessions.hello': {
    /** `clockOffsetMs`: the controller's clock minus the server's as HELLO came, null where it has none. */
    request: sessionRef.extend({ hello, clockOffsetMs: z.int().nullable().optional() }),
    reply: z.object({
      status: controllerStatus,
      acked: z.record(z.string(), z.int()),
      points: z.object({ rev: z.string(), wanted: z.boolean() }),
      /** Revision of what is intended in its slots; absent: 0. */
      desiredRev: z.int().optional(),
      channels: z.array(channel),
      /** A stream whose `next` is at or below what is stored: the session is closed with 4509. */
      conflict: z.string().nullable(),
      /** What WELCOME says about coming back, measured by how many would; absent: what the gateway says by itself. */
      retry: retryPolicy.optional(),
    }),
  },
  /** Each second and gateway: extends leases; names the sessions that must close or whose status changed. */
  'sessions.renew': {
    request: z.object({ gatewayId: z.string(), sessions: z.array(sessionRef.extend({ lastSeen: epochMs, isLate: z.boolean().optional() })) }),
    reply: z.object({
      /** Sessions of this gateway that were ended just now, named or not, and named ones that are not current any more. */
      revoked: z.array(sessionRef.extend({ code: z.int(), reason: z.string() })),
      accepted: z.array(sessionRef),
      /** Sessions whose bindings or point list changed: ask `sessions.channels`. */
      channelsChanged: z.array(sessionRef),
      /** Origins that some site allows: which site's it is, consuming the ticket tells. */
      origins: z.array(z.string()).optional(),
    }),
  },
  'sessions.channels': { request: sessionRef, reply: z.object({ channels: z.array(channel) }) },
  /** Reason `clone`: superseded already, it still answered a PING, so two boxes use one identity. */
  'sessions.ended': {
    request: sessionRef.extend({ code: z.int(), reason: sessionReason, text: z.string() }),
    reply: nothing,
  },
  /** A gateway that stops asked these to come back elsewhere, all of them in few requests: it has little time left. */
  'sessions.drained': { request: z.object({ sessions: z.array(sessionRef).max(1000) }), reply: nothing },
  /** `PUT /device/v1/points`: consumes a ticket of audience `points` with its first part; later parts repeat `uploadId`. */
  'points.put': {
    request: z.object({
      ticket: z.string(),
      uploadId: id,
      part: z.int(),
      parts: z.int(),
      remoteAddress: z.string(),
      keyPin,
      points: z.array(devicePoint).max(1000),
    }),
    reply: pointListResponse,
  },
  /** The controller's clock is off by another amount than was said last. */
  'sessions.clock': { request: sessionRef.extend({ clockOffsetMs: z.int() }), reply: nothing },
  'subdevices.changed': { request: sessionRef.extend({ payload: subdevicesChanged }), reply: nothing },
  'slots.changed': { request: sessionRef.extend({ payload: slotsChanged }), reply: nothing },
  /** The set itself while it fits one message of the controller's protocol; a larger one is kept for one fetch, and announced. */
  'slots.pull': { request: sessionRef.extend({ payload: slotsPull }), reply: z.union([slotSet, z.object({ notice: documentNotice })]) },
  /** `GET /device/v1/documents/{ref}`: consumes a ticket of audience `document`, and the document with it. */
  'documents.take': { request: z.object({ ticket: z.string(), ref: id, remoteAddress: z.string(), keyPin }), reply: z.object({ text: z.string() }) },
  'ingest.<shard>': { request: ingestBatch, reply: ingestReply },
  'gateway.<gatewayId>.call': {
    request: sessionRef.extend({
      action: z.string(),
      payload: z.unknown(),
      key: z.string(),
      /** Not sent, and not answered as sent, after this instant. */
      deliverBy: epochMs,
    }),
    /** `offline`, `expired`: certainly not delivered. `unknown`: sent, no answer. */
    reply: z.discriminatedUnion('outcome', [
      z.object({ outcome: z.literal('result'), payload: z.unknown() }),
      z.object({ outcome: z.literal('refused'), code: z.string(), text: z.string() }),
      z.object({ outcome: z.enum(['offline', 'expired', 'unknown']) }),
    ]),
  },
} as const;
export type RequestSubject = keyof typeof REQUESTS;
export type RequestOf<S extends RequestSubject> = z.infer<(typeof REQUESTS)[S]['request']>;
export type ReplyOf<S extends RequestSubject> = z.infer<(typeof REQUESTS)[S]['reply']>;

/** Changed values of one commit, as `live` needs them. Points only: channels without a point do not appear. */
export const valuesChanged = z.object({
  values: z.array(
    z.object({
      pointId: id,
      channelId: z.int(),
      value: z.number().nullable(),
      quality,
      flags: z.array(valueFlag),
      sourceTime: epochMs,
      receivedTime: epochMs,
    }),
  ),
});
export type ValuesChanged = z.infer<typeof valuesChanged>;

/** Events: published after commit, hints to re-read. A lost one is harmless. */
export const EVENTS = {
  'live.values': valuesChanged,
  'live.controllers': at.extend({
    controllerId: id,
    status: controllerStatus,
    link: linkState,
    reason: sessionReason,
  }),
  'live.commands': at.extend({ commandId: id, pointId: id, state: commandState }),
  'live.slots': z.object({ pointId: id, hosted: hostedPoint.nullable() }),
  /** Alarms whose journal grew, up to and with `head`: numbers follow commit order. */
  'live.alarms': z.object({ head: z.int(), alarmIds: z.array(id) }),
  'live.model': z.object({ buildingId: id }),
  /** A user's or session's rights changed or ended: sockets are closed or re-checked at once. */
  'access.changed': z.object({ userId: id, sessionId: id.nullable() }),
  /** A session was revoked or superseded: the gateway does not wait for its next renewal. */
  'sessions.revoked': sessionRef.extend({ gatewayId: z.string(), code: z.int(), reason: z.string() }),
} as const;
export type EventSubject = keyof typeof EVENTS;
export type EventOf<S extends EventSubject> = z.infer<(typeof EVENTS)[S]>;

/** Fills the one `<placeholder>` of a subject: `subjectFor('ingest.<shard>', 7)` is `ingest.7`. */
export function subjectFor(subject: RequestSubject, value?: string | number): string {
  return value === undefined ? subject : subject.replace(/<[a-zA-Z]+>/, String(value));
}
