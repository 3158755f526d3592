import { z } from 'zod';
import { durationMs, epochMs, id } from '../primitives.js';
import { linkState, pointValue, quality, valueFlag } from '../words.js';
import { alarm, alarmJournalLine } from '../http/alarms.js';
import { command, pointDetail } from '../http/points.js';
import { controller } from '../http/controllers.js';
import { refusal } from '../errors.js';

/** Path of the socket.io endpoint; websocket transport only. */
export const LIVE_PATH = '/live';

/** What may be watched. `building:<id>` carries the points that stand on no floor. */
export const topic = z
  .string()
  .regex(/^(alarms|commands|controllers|(floor|point|building):[0-9a-f-]{36})$/, 'must be alarms, commands, controllers, floor:<id>, building:<id> or point:<id>');

/** Client emits `subscribe`, with an acknowledgement function. `since`: the last `seq` it has seen. */
export const subscribe = z.strictObject({ id: z.string().min(1).max(64), topic, since: z.int().min(0).optional() });
export const unsubscribe = z.strictObject({ id: z.string().min(1).max(64) });
/** Answer to both. */
export const liveReply = z.union([z.object({ ok: z.literal(true) }), z.object({ ok: z.literal(false), error: refusal })]);

export const liveWelcome = z.object({ epoch: z.string(), serverTime: epochMs });
export const snapshot = z.object({ id: z.string(), seq: z.int(), data: z.unknown() });
/** `prev` is the subscription's previous number: anything else means that something was missed. */
export const delta = z.object({ id: z.string(), prev: z.int(), seq: z.int(), data: z.unknown() });
export const resync = z.object({ id: z.string(), reason: z.string() });
export const changed = z.object({ id: z.string(), ref: z.string(), rev: z.int() });

/** One value as a floor shows it. `ageMs` was true when the message left the server. */
export const liveValue = z.tuple([id, pointValue, quality, durationMs.nullable(), z.array(valueFlag)]);
export type LiveValue = z.infer<typeof liveValue>;

/** Data of `floor:<id>` and `building:<id>`, snapshot and delta: values by point, and the link of controllers that serve it. */
export const floorData = z.object({
  values: z.array(liveValue),
  controllers: z.array(z.tuple([id, linkState])),
});
export type FloorData = z.infer<typeof floorData>;
/** Data of `point:<id>`: the snapshot is the whole detail, a delta what changed of it. */
export const pointSnapshot = pointDetail;
export const pointDelta = z.object({ value: liveValue.optional(), detail: pointDetail.optional() });
/** Data of `commands`: newest first in the snapshot, each later change whole. */
export const commandsData = z.object({ commands: z.array(command) });
/** Data of `controllers`: all of the scope in the snapshot, changed ones in a delta. */
export const controllersData = z.object({ controllers: z.array(controller) });

/**
 * Data of `alarms`. Snapshot: everything that is not NORM. Delta: alarms that changed, each whole, in journal order, and the lines
 * that say why. Numbers are the journal's, so `since` may be any number that a reader has seen: it gets exactly what it missed. `gone`: alarms of lines whose definition or point was removed; they are in no later snapshot.
 */
export const alarmsData = z.object({ alarms: z.array(alarm), lines: z.array(alarmJournalLine), gone: z.array(id).optional() });

/** Event names, for both ends. */
export interface ClientToServer {
  subscribe(body: z.infer<typeof subscribe>, reply: (answer: z.infer<typeof liveReply>) => void): void;
  unsubscribe(body: z.infer<typeof unsubscribe>, reply: (answer: z.infer<typeof liveReply>) => void): void;
  /** Round trip for the link state: answers with the server's time. */
  echo(sentAt: number, reply: (serverTime: number) => void): void;
}
export interface ServerToClient {
  welcome(body: z.infer<typeof liveWelcome>): void;
  snapshot(body: z.infer<typeof snapshot>): void;
  delta(body: z.infer<typeof delta>): void;
  resync(body: z.infer<typeof resync>): void;
  changed(body: z.infer<typeof changed>): void;
}
