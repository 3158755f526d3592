import { CLOSE_CODES, SESSION_REASONS, takeToken } from '@cupola/domain';
import type { CloseCode, SessionReason } from '@cupola/domain';
import { FRAME } from '@cupola/contracts';
import type { InboundFrame } from '../codec/inbound-frame.js';
import { flushAcks, receiveStored, receiveStoreFailed } from './acks.js';
import type { CallAnswer } from './calls.js';
import { receiveAnswer, receiveCall, tickCalls, withdrawWaiting } from './calls.js';
import { receiveAccepted, receiveChannels, receiveChannelsChanged, receiveChannelsFailed } from './channels.js';
import type { SessionConfig } from './config.js';
import { receiveDeviceCall, receiveRelayed, receiveRelayFailed } from './device-calls.js';
import type { Input, Step } from './effects.js';
import { step, andThen } from './effects.js';
import { abandon, drop, end, endRefused } from './ending.js';
import { tickFlow } from './flow.js';
import { receiveGreeted, receiveGreetFailed, receiveHello, tickGreeting } from './greeting.js';
import { askForChannels, chat, receiveData, refusal } from './intake.js';
import { noteClock } from './clock-watch.js';
import { pump, withIntake } from './queues.js';
import { receiveProbeAnswer, supersede, tickSuperseded } from './takeover.js';
import type { Moment, SessionState } from './state.js';

/**
 * The whole behaviour of one controller session as a pure function: what it becomes and what is to be done, given what
 * happened and when. Nothing in here waits, sends or reads a clock.
 */
export function advance(state: SessionState, input: Input, config: SessionConfig, now: Moment): Step {
  if (state.phase === 'closing') return step(state, ...refuseWhileClosing(input));
  if (state.phase === 'superseded') return advanceSuperseded(state, input, now);
  switch (input.type) {
    case 'frame':
      return receiveFrame(heard(state, now), input.frame, input.bytes, config, now);
    case 'malformed':
      return receiveMalformed(state, input.problem, config, now);
    case 'unreadable':
      return end(state, input.code, input.text, 'bad_frame');
    case 'stalled':
      return drop(state, 'the controller does not read what is sent to it', 'connection_lost');
    case 'controlPing':
      return chat(state, config, now);
    case 'greeted':
      return receiveGreeted(state, input.reply, config, now);
    case 'greetFailed':
      return receiveGreetFailed(state, input.failure, config, now);
    case 'stored':
      return receiveStored(state, input.queue, input.acked, config, now);
    case 'storeFailed':
      return receiveStoreFailed(state, input.queue, input.failure, config, now);
    case 'refused':
      return endRefused(state, input.failure);
    case 'call':
      return receiveCall(state, input.call, config, now);
    case 'relayed':
      return receiveRelayed(state, input.id, input.payload, input.notice);
    case 'relayFailed':
      return receiveRelayFailed(state, input.id, input.failure);
    default:
      return oversee(state, input, config, now);
  }
}

type Oversight = Extract<Input, { type: 'channels' | 'channelsFailed' | 'channelsChanged' | 'accepted' | 'revoked' | 'drain' | 'restart' | 'gone' | 'tick' }>;

function oversee(state: SessionState, input: Oversight, config: SessionConfig, now: Moment): Step {
  switch (input.type) {
    case 'channels':
      return receiveChannels(state, input.channels, config, now);
    case 'channelsFailed':
      return receiveChannelsFailed(state, config, now);
    case 'channelsChanged':
      return receiveChannelsChanged(state, config, now);
    case 'accepted':
      return receiveAccepted(state, config, now);
    case 'revoked':
      return input.code === CLOSE_CODES.superseded ? supersede(state, config, now) : revoke(state, input.code, input.text);
    case 'drain':
      return drain(state, input, config);
    case 'restart':
      return andThen(flushAcks(state, config), (flushed) => end(flushed, CLOSE_CODES.restart, 'restart', 'drained'));
    case 'gone':
      return abandon(state);
    case 'tick':
      return tick(state, config, now);
  }
}

function receiveFrame(state: SessionState, frame: InboundFrame, bytes: number, config: SessionConfig, now: Moment): Step {
  if (frame.kind === 'hello') return receiveHello(state, frame.body, config, now);
  if (state.phase === 'awaitingHello') return end(state, CLOSE_CODES.badHello, 'the first frame must be HELLO', 'bad_hello');
  if (frame.kind === 'ping') {
    const pong = chat(state, config, now, { type: 'send', frame: [FRAME.pong, frame.n, frame.t, now.wall] });
    return andThen(pong, (next) => noteClock(next, frame.t, now));
  }
  if (frame.kind === 'pong') return chat(state, config, now);
  if (state.phase === 'greeting') return end(state, CLOSE_CODES.badHello, 'wait for WELCOME', 'bad_hello');
  switch (frame.kind) {
    case 'data':
      return receiveData(state, frame, bytes, config, now);
    case 'call':
      return receiveDeviceCall(state, frame, bytes, config, now);
    case 'result':
      return andThen(chat(state, config, now), (next) => answered(next, frame.id, { outcome: { outcome: 'result', payload: frame.payload } }, config, now));
    case 'error':
      return andThen(chat(state, config, now), (next) => answered(next, frame.id, refusedAnswer(frame), config, now));
    case 'gatewayOnly':
      return end(state, CLOSE_CODES.badHello, `frame ${frame.number} is sent by gateways only`, 'bad_frame');
  }
}

function refusedAnswer({ code, text, details }: InboundFrame & { kind: 'error' }): CallAnswer {
  return { outcome: { outcome: 'refused', code, text }, details };
}

function answered(...[state, id, outcome, config, now]: Parameters<typeof receiveAnswer>): Step {
  return state.phase === 'closing' ? step(state) : receiveAnswer(state, id, outcome, config, now);
}

/** A valid message is life, whatever it says. A malformed one is not. */
function heard(state: SessionState, now: Moment): SessionState {
  return { ...state, lastHeardAt: now.monotonic, lastSeen: now.wall };
}

function receiveMalformed(state: SessionState, problem: string, config: SessionConfig, now: Moment): Step {
  if (state.phase === 'awaitingHello') return end(state, CLOSE_CODES.badHello, `the first frame must be HELLO: ${problem}`, 'bad_hello');
  const { bucket, isTaken } = takeToken(state.malformed, config.malformed, now.monotonic);
  if (!isTaken) return end(state, CLOSE_CODES.badFrame, `too many malformed frames: ${problem}`, 'bad_frame');
  return step({ ...state, malformed: bucket }, refusal('MALFORMED', problem, {}), { type: 'tally', what: 'malformedFrames', count: 1 });
}

function revoke(state: SessionState, code: number, text: string): Step {
  const isKnown = (Object.values(CLOSE_CODES) as number[]).includes(code);
  const known = isKnown ? (code as CloseCode) : CLOSE_CODES.revoked;
  const named = SESSION_REASONS.find((reason) => reason === text);
  return end(state, known, text, named ?? REASON_OF_CODE[known] ?? 'connection_lost');
}

/** Of a session that lost its place only one thing is still of interest: whether somebody is there. */
function advanceSuperseded(state: SessionState, input: Input, now: Moment): Step {
  switch (input.type) {
    case 'frame':
      return input.frame.kind === 'pong' ? receiveProbeAnswer(state, input.frame.n) : step(state);
    case 'unreadable':
      return end(state, input.code, input.text, 'superseded');
    case 'stalled':
      return drop(state, 'the controller does not read what is sent to it', 'superseded');
    case 'gone':
      return abandon(state);
    case 'restart':
      return revoke(state, CLOSE_CODES.superseded, 'superseded');
    case 'revoked':
      return input.code === CLOSE_CODES.superseded ? step(state) : revoke(state, input.code, input.text);
    case 'tick':
      return tickSuperseded(state, now);
    default:
      return step(state, ...refuseWhileClosing(input));
  }
}

const REASON_OF_CODE: Partial<Record<CloseCode, SessionReason>> = {
  [CLOSE_CODES.superseded]: 'superseded',
  [CLOSE_CODES.revoked]: 'revoked',
  [CLOSE_CODES.conflict]: 'sequence_conflict',
};

function drain(state: SessionState, input: Extract<Input, { type: 'drain' }>, config: SessionConfig): Step {
  const draining: SessionState = { ...state, isDraining: true };
  if (state.phase !== 'pending' && state.phase !== 'active') return step(draining);
  const { withinMs, spreadMs, reason } = input;
  const notice = step(draining, { type: 'send', frame: [FRAME.drain, { withinMs, spreadMs, reason }] });
  return andThen(andThen(notice, withdrawWaiting), (next) => flushAcks(next, config));
}

function tick(state: SessionState, config: SessionConfig, now: Moment): Step {
  if (state.phase === 'awaitingHello') {
    const isLate = now.monotonic >= state.openedAt + config.helloWithinMs;
    return isLate ? end(state, CLOSE_CODES.badHello, `no HELLO within ${config.helloWithinMs} ms`, 'bad_hello') : step(state);
  }
  if (state.phase === 'greeting') return tickGreeting(state, now);
  // While the gateway itself does not read, silence means nothing.
  if (now.isPaused) return andThen(tickCalls(heard(state, now), config, now), (next) => tickOn(next, config, now));
  if (now.monotonic >= state.lastHeardAt + 2 * config.heartbeatMs) {
    return drop(state, `nothing was heard for ${2 * config.heartbeatMs} ms`, 'heartbeat_lost');
  }
  return andThen(tickCalls(state, config, now), (next) => tickOn(next, config, now));
}

function tickOn(state: SessionState, config: SessionConfig, now: Moment): Step {
  if (state.phase === 'closing') return step(state);
  const { ackDueAt, refreshDueAt } = state.intake;
  const acked = ackDueAt !== null && now.monotonic >= ackDueAt ? flushAcks(state, config) : step(state);
  const granted = andThen(acked, (next) => tickFlow(next, config, now));
  const pumped = andThen(granted, (next) => pump(next, config, now));
  if (refreshDueAt === null || now.monotonic < refreshDueAt) return pumped;
  return andThen(pumped, (next) => askForChannels(withIntake(next, { refreshDueAt: null, refreshedAt: Number.NEGATIVE_INFINITY }), config, now));
}

/** Someone still waits for an answer although the session is over. */
function refuseWhileClosing(input: Input): Step['effects'] {
  if (input.type !== 'call' || input.call.owner.kind !== 'bus') return [];
  return [{ type: 'settle', token: input.call.owner.token, outcome: { outcome: 'offline' } }];
}
