import type { Hello, ReplyOf } from '@cupola/contracts';
import { hello } from '@cupola/contracts';
import { CLOSE_CODES, measureOffset, NO_CLOCK, openWindow } from '@cupola/domain';
import { backoffMs } from './backoff.js';
import type { SessionConfig } from './config.js';
import type { Failure, Step } from './effects.js';
import { step, andThen } from './effects.js';
import { end, endRefused } from './ending.js';
import { channelsByAlias, receiveChannelsFailed, receiveRepeatedGreeting } from './channels.js';
import { greet } from './intake.js';
import { declareLost } from './losses.js';
import { pump } from './queues.js';
import { welcome } from './welcome.js';
import type { DeviceClock, Moment, SessionState } from './state.js';

export function receiveHello(state: SessionState, body: unknown, config: SessionConfig, now: Moment): Step {
  if (state.phase !== 'awaitingHello') return end(state, CLOSE_CODES.badHello, 'HELLO was said already', 'bad_hello');
  const parsed = hello.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return end(state, CLOSE_CODES.badHello, `HELLO: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`, 'bad_hello');
  }
  if (parsed.data.deviceId.toLowerCase() !== state.ref.controllerId) {
    return end(state, CLOSE_CODES.conflict, 'HELLO names another device than the ticket', 'bad_hello');
  }
  const greeting = { attempts: 0, retryAt: null, giveUpAt: now.monotonic + config.greetWithinMs };
  const greeted: SessionState = { ...state, phase: 'greeting', greeting, hello: parsed.data, clock: readClock(parsed.data, now) };
  return step(greeted, greet(parsed.data, greeted));
}

export function receiveGreeted(state: SessionState, reply: ReplyOf<'sessions.hello'>, config: SessionConfig, now: Moment): Step {
  if (state.phase !== 'greeting') return receiveRepeatedGreeting(state, reply, config, now);
  if (reply.conflict !== null) {
    return end(state, CLOSE_CODES.conflict, `stream ${reply.conflict} is behind what is stored`, 'sequence_conflict');
  }
  switch (reply.status) {
    case 'revoked':
      return end(state, CLOSE_CODES.revoked, 'revoked', 'revoked');
    case 'registered':
      return reject(state, config, now);
    case 'pending':
    case 'active':
      return welcomeIn(state, reply, config, now);
  }
}

export function receiveGreetFailed(state: SessionState, failure: Failure, config: SessionConfig, now: Moment): Step {
  if (state.greeting === null) return failure.isPassing ? receiveChannelsFailed(state, config, now) : endRefused(state, failure);
  if (failure.isPassing) {
    const retryAt = now.monotonic + backoffMs(state.greeting.attempts, state.ref.controllerId, config);
    return step({ ...state, greeting: { ...state.greeting, attempts: state.greeting.attempts + 1, retryAt } });
  }
  const isHelloAtFault = failure.code === 'POINT_LIST_INVALID' || failure.code === 'VALIDATION_FAILED';
  return isHelloAtFault ? end(state, CLOSE_CODES.badHello, failure.detail, 'bad_hello') : endRefused(state, failure);
}

/** Asks backend again, or gives up: a controller that waits for WELCOME holds a socket for nothing. */
export function tickGreeting(state: SessionState, now: Moment): Step {
  const { greeting, hello: said } = state;
  if (greeting === null || said === null) return step(state);
  if (now.monotonic >= greeting.giveUpAt) return end(state, CLOSE_CODES.overloaded, 'the server is not ready', 'connection_lost');
  if (greeting.retryAt === null || now.monotonic < greeting.retryAt) return step(state);
  return step({ ...state, greeting: { ...greeting, retryAt: null } }, greet(said, state));
}

function welcomeIn(state: SessionState, reply: ReplyOf<'sessions.hello'>, config: SessionConfig, now: Moment): Step {
  const streams = state.hello?.streams ?? [];
  const windows = new Map(streams.map(({ id }) => [id, openWindow(reply.acked[id] ?? 0)]));
  const welcomed: SessionState = {
    ...state,
    phase: reply.status === 'active' ? 'active' : 'pending',
    greeting: null,
    hello: reply.points.wanted ? state.hello : null,
    // The time that backend took to answer is not the controller's silence.
    lastHeardAt: now.monotonic,
    points: reply.points,
    desiredRev: reply.desiredRev ?? 0,
    retry: reply.retry ?? config.retry,
    intake: { ...state.intake, windows, channels: channelsByAlias(reply.channels), isListKnown: !reply.points.wanted, refreshedAt: now.monotonic },
  };
  const first = welcome(welcomed, reply.status === 'active' ? 'accepted' : 'pending', config, now);
  if (reply.status !== 'active') return first;
  // What the controller's own store no longer has can never arrive: its numbers are passed over, and that is written down.
  const lost = streams.flatMap(({ id, oldest }) => {
    const acked = windows.get(id)?.acked ?? 0;
    return oldest > acked + 1 ? [{ streamId: id, from: acked + 1, to: oldest - 1, why: 'store' as const }] : [];
  });
  const declared = lost.reduce((before, range) => andThen(before, (current) => declareLost(current, range)), first);
  return andThen(declared, (current) => pump(current, config, now));
}

/** Without a clock the boot is what times are counted from: the server knows when it was. */
function readClock({ clock: { now: said, source, uptimeMs } }: Hello, { wall }: Moment): DeviceClock {
  const isThere = said !== null && source !== NO_CLOCK;
  const offsetMs = isThere ? measureOffset(said, wall) : null;
  return { isThere, bootedAt: wall - uptimeMs, offsetMs, toldMs: offsetMs };
}

function reject(state: SessionState, config: SessionConfig, now: Moment): Step {
  return andThen(welcome(state, 'rejected', config, now), (current) =>
    end(current, CLOSE_CODES.notAccepted, 'not accepted yet', 'awaiting_confirmation'),
  );
}
