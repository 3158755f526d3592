import type { Hello } from '@cupola/contracts';
import { FRAME } from '@cupola/contracts';
import type { Arrival, StreamWindow } from '@cupola/domain';
import { CLOSE_CODES, receiveNumber, takeToken } from '@cupola/domain';
import type { InboundData } from '../codec/inbound-frame.js';
import { scheduleAcks } from './acks.js';
import { takeBack } from './losses.js';
import { pump, QUEUE_NAMES, withIntake, withQueue } from './queues.js';
import { askReplay } from './replay.js';
import type { SessionConfig } from './config.js';
import type { Effect, Step } from './effects.js';
import { step, andThen } from './effects.js';
import { end, endTooFast } from './ending.js';
import { chargeFlow } from './flow.js';
import type { RefusedRow } from './sample-rows.js';
import { namesForeignAlias, translateRows } from './sample-rows.js';
import type { HeldFrame, Intake, Moment, QueueName, ReadyFrame, SessionState } from './state.js';

/** Refused rows that one ERROR names; a whole frame of them would exceed a frame. */
const MAX_NAMED = 20;
/** What a row gains at most on its way to backend: channel for alias, two whole times for one difference. */
const ROW_GROWTH_BYTES = 40;

export interface NumberRange {
  streamId: string;
  from: number;
  to: number;
}

export function receiveData(state: SessionState, data: InboundData, bytes: number, config: SessionConfig, now: Moment): Step {
  // A controller that is not accepted yet has no credits.
  if (state.phase === 'pending') return endTooFast(state);
  const window = state.intake.windows.get(data.streamId);
  if (window === undefined) {
    return chat(state, config, now, refusal('UNKNOWN_STREAM', 'HELLO did not name this stream', { stream: data.streamId, seq: data.seq }));
  }
  const { window: next, arrival } = receiveNumber(window, data.seq);
  const received = withWindow(state, data.streamId, next);
  if (arrival.kind === 'repeated') return receiveRepeated(received, arrival, config, now);
  if (unacknowledged(received) > config.credits) return endTooFast(state);
  const isLane = data.lane === 0 || data.lane === 1;
  const { queue, problem } = carriedBy(received, data);
  const held: HeldFrame = {
    queue,
    streamId: data.streamId,
    seq: data.seq,
    // A frame of unknown lane must not pass for news.
    lane: data.lane === 0 ? 0 : 1,
    baseTs: data.baseTs,
    rows: data.rows,
    bytes,
    arrivedAt: now.monotonic,
    receivedTime: now.wall,
  };
  const filled = arrival.kind === 'filling' ? takeBack(received, data.streamId, data.seq) : received;
  const carries = received.intake.carries.has(data.streamId) ? received.intake.carries : new Map(received.intake.carries).set(data.streamId, queue);
  const kept = withIntake(filled, { carries, held: [...received.intake.held, held] });
  const problems = isLane ? problem : [...problem, refusal('BAD_LANE', 'the lane must be 0 (live) or 1 (backfill); taken as 1', { stream: data.streamId, seq: data.seq })];
  const taken = arrival.kind === 'gap' ? receiveGap(kept, { streamId: data.streamId, from: arrival.from, to: arrival.to }, config, now) : step(kept);
  return andThen({ ...taken, effects: [...taken.effects, ...problems] }, (current) =>
    current.phase === 'closing' ? step(current) : andThen(chargeFlow(current, queue, rowsOf(data), config, now), (charged) => goOn(charged, config, now)),
  );
}

export function rowsOf({ rows }: InboundData): number {
  return Array.isArray(rows) ? rows.length : 0;
}

function goOn(state: SessionState, config: SessionConfig, now: Moment): Step {
  return state.phase === 'closing' ? step(state) : admitHeld(state, config, now);
}

/** Translates what waits, as far as its aliases are known, and sends it on. */
export function admitHeld(state: SessionState, config: SessionConfig, now: Moment): Step {
  const { intake } = state;
  if (!intake.isListKnown || intake.held.length === 0) return pump(state, config, now);
  const isWaiting = (frame: HeldFrame) => intake.refreshedAt < frame.arrivedAt && namesForeignAlias(frame.rows, intake.channels);
  const effects: Effect[] = [];
  const ready: Record<QueueName, ReadyFrame[]> = { events: [], samples: [] };
  for (const frame of intake.held) if (!isWaiting(frame)) ready[frame.queue].push(translate(frame, state, effects));
  const held = intake.held.filter(isWaiting);
  const admitted = QUEUE_NAMES.reduce(
    (current, name) => (ready[name].length === 0 ? current : withQueue(current, name, { ready: [...intake.queues[name].ready, ...ready[name]] })),
    withIntake(state, { held }),
  );
  return andThen(step(admitted, ...effects), (current) =>
    andThen(held.length > 0 ? askForChannels(current, config, now) : step(current), (asked) => pump(asked, config, now)),
  );
}

/** Bytes of samples that this session keeps in memory. */
export function keptBytes({ held, queues }: Intake): number {
  const sum = (frames: readonly { bytes: number }[]) => frames.reduce((total, { bytes }) => total + bytes, 0);
  return QUEUE_NAMES.reduce((total, name) => total + sum(queues[name].ready) + sum(queues[name].sending), sum(held));
}

/** HELLO for backend, with what the session measured as it came. */
export function greet(hello: Hello, { clock }: SessionState): Effect {
  return { type: 'greet', hello, clockOffsetMs: clock.offsetMs };
}

/** Reads the channels now, or as soon as the last read is long enough ago. */
export function askForChannels(state: SessionState, config: SessionConfig, now: Moment): Step {
  const { intake } = state;
  if (intake.isRefreshing) return step(state);
  const dueAt = intake.refreshedAt + config.refreshEveryMs;
  if (now.monotonic < dueAt) return step(withIntake(state, { refreshDueAt: dueAt }));
  const asking = withIntake(state, { isRefreshing: true, refreshDueAt: null, refreshAskedAt: now.monotonic });
  // While a list is wanted only the answer to HELLO says whether the channels are those of the list that HELLO named.
  return step(asking, intake.isListKnown || state.hello === null ? { type: 'fetchChannels' } : greet(state.hello, state));
}

/** Lets one message through the bucket of everything that credits do not bound. */
export function chat(state: SessionState, config: SessionConfig, now: Moment, ...effects: Effect[]): Step {
  const { bucket, isTaken } = takeToken(state.chatter, config.chatter, now.monotonic);
  return isTaken ? step({ ...state, chatter: bucket }, ...effects) : endTooFast(state);
}

/** ERROR about a frame that is not a CALL: it has no id to answer to. */
export function refusal(code: string, text: string, details: Record<string, unknown>): Effect {
  return { type: 'send', frame: [FRAME.error, '', code, text, details] };
}

/** A stream carries events or samples: a frame of the other kind goes the way of its stream. */
function carriedBy({ intake }: SessionState, { isEvent, streamId, seq }: InboundData): { queue: QueueName; problem: Effect[] } {
  const said: QueueName = isEvent ? 'events' : 'samples';
  const queue = intake.carries.get(streamId) ?? said;
  const text = 'EVENT has a stream of its own; taken as the stream began';
  return { queue, problem: queue === said ? [] : [refusal('MIXED_STREAM', text, { stream: streamId, seq })] };
}

function receiveRepeated(state: SessionState, arrival: Arrival & { kind: 'repeated' }, config: SessionConfig, now: Moment): Step {
  const counted = chat(state, config, now, { type: 'tally', what: 'repeatedFrames', count: 1 });
  return arrival.isStored && counted.state.phase !== 'closing' ? andThen(counted, (current) => scheduleAcks(current, config, now)) : counted;
}

function receiveGap(state: SessionState, range: NumberRange, config: SessionConfig, now: Moment): Step {
  if (range.to - range.from >= config.maxGap) return end(state, CLOSE_CODES.conflict, `stream ${range.streamId} jumped ahead`, 'sequence_conflict');
  return askReplay(state, range, config, now);
}

function translate(held: HeldFrame, { intake, clock }: SessionState, effects: Effect[]): ReadyFrame {
  const { rows, refused } = translateRows(held, intake.channels, held.receivedTime, clock.isThere ? 0 : clock.bootedAt);
  if (refused.length > 0) effects.push(rowsRefused(held, refused), { type: 'tally', what: 'refusedRows', count: refused.length });
  return { frame: { streamId: held.streamId, seq: held.seq, lane: held.lane, rows }, bytes: held.bytes + rows.length * ROW_GROWTH_BYTES };
}

function rowsRefused(held: HeldFrame, refused: readonly RefusedRow[]): Effect {
  const details = { stream: held.streamId, seq: held.seq, count: refused.length, rows: refused.slice(0, MAX_NAMED) };
  return refusal('ROWS_REFUSED', `rows of frame ${held.seq} were refused, the others are kept`, details);
}

function withWindow(state: SessionState, streamId: string, window: StreamWindow): SessionState {
  return withIntake(state, { windows: new Map(state.intake.windows).set(streamId, window) });
}

function unacknowledged(state: SessionState): number {
  let count = 0;
  for (const { open } of state.intake.windows.values()) count += open.length;
  return count;
}
