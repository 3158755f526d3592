import { FRAME, callOptions, documentNotice, welcome, type DocumentNotice } from '@cupola/contracts';
import { z } from 'zod';

/** A frame from the gateway, checked. What a controller of this version does nothing with (NOTIFY of another topic) is `other`. */
export type Incoming =
  | { readonly kind: 'welcome'; readonly welcome: z.infer<typeof welcome> }
  | { readonly kind: 'call'; readonly id: string; readonly action: string; readonly payload: unknown; readonly options: z.infer<typeof callOptions> }
  | { readonly kind: 'result'; readonly id: string; readonly payload: unknown }
  | { readonly kind: 'error'; readonly id: string; readonly code: string; readonly text: string }
  | { readonly kind: 'ack'; readonly streamId: string; readonly seq: number; readonly credits: number }
  | { readonly kind: 'ping'; readonly count: number; readonly time: number }
  | { readonly kind: 'pong'; readonly count: number; readonly serverTime: number }
  | { readonly kind: 'drain'; readonly spreadMs: number }
  | { readonly kind: 'notify'; readonly notice: DocumentNotice }
  | { readonly kind: 'other' };

const count = z.int().min(0);
const SHAPES = {
  [FRAME.welcome]: z.tuple([z.int(), welcome]).transform(([, body]): Incoming => ({ kind: 'welcome', welcome: body })),
  [FRAME.call]: z
    .tuple([z.int(), z.string().min(1).max(128), z.string().max(64), z.unknown(), callOptions])
    .transform(([, id, action, payload, options]): Incoming => ({ kind: 'call', id, action, payload, options })),
  [FRAME.result]: z.tuple([z.int(), z.string(), z.unknown()]).transform(([, id, payload]): Incoming => ({ kind: 'result', id, payload })),
  [FRAME.error]: z
    .tuple([z.int(), z.string(), z.string(), z.string()])
    .rest(z.unknown())
    .transform(([, id, code, text]): Incoming => ({ kind: 'error', id, code, text })),
  [FRAME.ack]: z.tuple([z.int(), z.string(), count, count]).transform(([, streamId, seq, credits]): Incoming => ({ kind: 'ack', streamId, seq, credits })),
  [FRAME.ping]: z.tuple([z.int(), count, z.number()]).transform(([, n, time]): Incoming => ({ kind: 'ping', count: n, time })),
  [FRAME.pong]: z
    .tuple([z.int(), count, z.number(), z.number()])
    .transform(([, n, , serverTime]): Incoming => ({ kind: 'pong', count: n, serverTime })),
  [FRAME.drain]: z.tuple([z.int(), z.object({ spreadMs: count })]).transform(([, body]): Incoming => ({ kind: 'drain', spreadMs: body.spreadMs })),
  [FRAME.notify]: z.tuple([z.int(), z.string(), z.string(), count, count, z.string()]).transform(([, topic, ref, rev, size, sha256]): Incoming => {
    const notice = documentNotice.safeParse({ topic, ref, rev, size, sha256 });
    return notice.success ? { kind: 'notify', notice: notice.data } : { kind: 'other' };
  }),
} as const;

/** Reads one text frame; null when it is none of the protocol's. Malformed frames are no sign of life. */
export function parseIncoming(text: string): Incoming | null {
  const frame = parseJson(text);
  if (!Array.isArray(frame)) return null;
  const shape = (SHAPES as Record<number, z.ZodType<Incoming> | undefined>)[Number(frame[0])];
  return shape?.safeParse(frame).data ?? null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON: the caller counts it.
    return null;
  }
}
