import { z } from 'zod';
import { durationMs, epochMs } from '../primitives.js';
import { callOptions, FRAME, hello, welcome } from './frames.js';

const callId = z.string().min(1).max(64);
const streamId = z.string().min(1).max(64);
const sequence = z.int().min(1);
const row = z.tuple([z.int(), z.number().nullable(), z.int(), z.int()]);
const samples = <K extends number>(kind: K) => z.tuple([z.literal(kind), streamId, sequence, z.literal([0, 1]), epochMs, z.array(row)]);

/**
 * Every frame of `cupola.v1.json` as documents describe it. The gateway reads frames by hand and more leniently: one bad row
 * of DATA costs itself alone.
 */
export const deviceFrame = z.union([
  z.tuple([z.literal(FRAME.hello), hello]),
  z.tuple([z.literal(FRAME.welcome), welcome]),
  z.tuple([z.literal(FRAME.call), callId, z.string().min(1).max(64), z.unknown(), callOptions]),
  z.tuple([z.literal(FRAME.result), callId, z.unknown()]),
  z.tuple([z.literal(FRAME.error), z.string().max(64), z.string().min(1).max(64), z.string(), z.unknown()]),
  samples(FRAME.data),
  z.tuple([z.literal(FRAME.ack), streamId, z.int().min(0), z.int().min(0)]),
  samples(FRAME.event),
  z.tuple([z.literal(FRAME.ping), z.int(), z.int()]),
  z.tuple([z.literal(FRAME.pong), z.int(), z.int(), epochMs]),
  z.tuple([z.literal(FRAME.notify), z.string(), z.string(), z.int(), z.int(), z.string()]),
  z.tuple([z.literal(FRAME.drain), z.object({ withinMs: durationMs, spreadMs: durationMs, reason: z.string() })]),
]);
