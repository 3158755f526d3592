import { callOptions, DEVICE_LIMITS, FRAME } from '@cupola/contracts';
import type { InboundFrame, Malformed } from './inbound-frame.js';
import { hasForbiddenKey, isDeeperThan, spellOutNonFinite } from './json-guard.js';

const MAX_STREAM_ID = 64;
const MAX_CALL_ID = 64;
const MAX_ACTION = 64;
const MAX_CODE = 64;
const MAX_TEXT = 500;
const GATEWAY_ONLY: ReadonlySet<number> = new Set([FRAME.welcome, FRAME.ack, FRAME.notify, FRAME.drain]);

/** Reads one text message. Never throws; whatever is wrong with it comes back as `malformed`. */
export function decodeFrame(text: string): InboundFrame | Malformed {
  if (isDeeperThan(text, DEVICE_LIMITS.maxDepth)) return malformed(`nested deeper than ${DEVICE_LIMITS.maxDepth} levels`);
  const frame = parse(text);
  if (!Array.isArray(frame)) return malformed('not a JSON array');
  const kind: unknown = frame[0];
  if (kind === FRAME.data || kind === FRAME.event) return readData(frame, kind === FRAME.event);
  if (hasForbiddenKey(frame)) return malformed('a key that is not allowed');
  return readOther(kind, frame);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseSamples(text);
  }
}

function parseSamples(text: string): unknown {
  if (!/^\s*\[\s*[68]\s*,/.test(text)) return undefined;
  try {
    return JSON.parse(spellOutNonFinite(text));
  } catch {
    // Not JSON in any reading: reported as malformed.
    return undefined;
  }
}

function readData(frame: readonly unknown[], isEvent: boolean): InboundFrame | Malformed {
  const [, streamId, seq, lane, baseTs, rows] = frame;
  if (!isText(streamId, MAX_STREAM_ID)) return malformed('DATA: the stream id must be text of 1 to 64 characters');
  if (!isWhole(seq) || seq < 1) return malformed('DATA: the sequence number must be a whole number from 1 on');
  return { kind: 'data', isEvent, streamId, seq, lane, baseTs, rows };
}

function readOther(kind: unknown, frame: readonly unknown[]): InboundFrame | Malformed {
  switch (kind) {
    case FRAME.hello:
      return { kind: 'hello', body: frame[1] };
    case FRAME.call:
      return readCall(frame);
    case FRAME.result:
      return isText(frame[1], MAX_CALL_ID) ? { kind: 'result', id: frame[1], payload: frame[2] } : malformed('RESULT: no id');
    case FRAME.error:
      return readError(frame);
    case FRAME.ping:
      return isWhole(frame[1]) && isWhole(frame[2]) ? { kind: 'ping', n: frame[1], t: frame[2] } : malformed('PING: [9, n, t] with whole numbers');
    case FRAME.pong:
      return isWhole(frame[1]) && isWhole(frame[2]) ? { kind: 'pong', n: frame[1] } : malformed('PONG: [10, n, t] with whole numbers');
    default:
      return typeof kind === 'number' && GATEWAY_ONLY.has(kind) ? { kind: 'gatewayOnly', number: kind } : malformed('no such kind of frame');
  }
}

function readCall([, id, action, payload, options]: readonly unknown[]): InboundFrame | Malformed {
  if (!isText(id, MAX_CALL_ID)) return malformed('CALL: the id must be text of 1 to 64 characters');
  if (!isText(action, MAX_ACTION)) return malformed('CALL: the action must be text of 1 to 64 characters');
  const parsed = callOptions.safeParse(options);
  if (!parsed.success) return malformed('CALL: {ttlMs, key, sentAt} must follow the payload');
  return { kind: 'call', id, action, payload, options: parsed.data };
}

function readError([, id, code, text, details]: readonly unknown[]): InboundFrame | Malformed {
  if (typeof id !== 'string' || id.length > MAX_CALL_ID || !isText(code, MAX_CODE)) return malformed('ERROR: [5, id, code, text, details]');
  return { kind: 'error', id, code, text: typeof text === 'string' ? text.slice(0, MAX_TEXT) : '', details };
}

function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= max;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function malformed(problem: string): Malformed {
  return { kind: 'malformed', problem };
}
