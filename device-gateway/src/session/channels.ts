import type { Channel, ReplyOf } from '@cupola/contracts';
import { CLOSE_CODES } from '@cupola/domain';
import type { SessionConfig } from './config.js';
import type { Step } from './effects.js';
import { step } from './effects.js';
import { end } from './ending.js';
import { admitHeld, askForChannels } from './intake.js';
import { withIntake } from './queues.js';
import type { Moment, SessionState } from './state.js';
import { welcome } from './welcome.js';

export function channelsByAlias(channels: readonly Channel[]): ReadonlyMap<number, Channel> {
  return new Map(channels.map((channel) => [channel.alias, channel]));
}

/** A technician confirmed: the second WELCOME follows when the channels are there. */
export function receiveAccepted(state: SessionState, config: SessionConfig, now: Moment): Step {
  if (state.phase !== 'pending' || state.isAccepted) return step(state);
  return readAgain({ ...state, isAccepted: true }, config, now);
}

/** Backend says that the list or its bindings changed: a list that was wanted may have come. */
export function receiveChannelsChanged(state: SessionState, config: SessionConfig, now: Moment): Step {
  return state.phase === 'pending' || state.phase === 'active' ? readAgain(state, config, now) : step(state);
}

export function receiveChannels(state: SessionState, channels: readonly Channel[], config: SessionConfig, now: Moment): Step {
  if (state.intake.isRefreshStale) return restart(state, config, now);
  const next = channelsByAlias(channels);
  if (hasNewMeaning(state.intake.channels, next)) {
    return end(state, CLOSE_CODES.authenticationLapsed, 'the point list gives aliases another meaning: say HELLO again', 'closed_by_controller');
  }
  return becomeAccepted(adopt(state, next), config, now);
}

/** HELLO was repeated to backend because its point list had not come: has it now? */
export function receiveRepeatedGreeting(state: SessionState, reply: ReplyOf<'sessions.hello'>, config: SessionConfig, now: Moment): Step {
  if (state.intake.isRefreshStale) return restart(state, config, now);
  if (!reply.points.wanted) {
    const known = adopt({ ...state, points: reply.points, hello: null }, channelsByAlias(reply.channels));
    return becomeAccepted(withIntake(known, { isListKnown: true }), config, now);
  }
  if (reply.points.rev !== state.points.rev) {
    return end(state, CLOSE_CODES.authenticationLapsed, 'the point list that came is not the one that HELLO named', 'closed_by_controller');
  }
  return becomeAccepted(withIntake(state, { isRefreshing: false }), config, now);
}

export function receiveChannelsFailed(state: SessionState, config: SessionConfig, now: Moment): Step {
  return step(withIntake(state, { isRefreshing: false, isRefreshStale: false, refreshDueAt: now.monotonic + config.refreshEveryMs }));
}

function readAgain(state: SessionState, config: SessionConfig, now: Moment): Step {
  // A read that is under way may have been answered from the old list.
  if (state.intake.isRefreshing) return step(withIntake(state, { isRefreshStale: true }));
  return askForChannels(withIntake(state, { refreshedAt: Number.NEGATIVE_INFINITY }), config, now);
}

function restart(state: SessionState, config: SessionConfig, now: Moment): Step {
  return readAgain(withIntake(state, { isRefreshing: false, isRefreshStale: false }), config, now);
}

function adopt(state: SessionState, channels: ReadonlyMap<number, Channel>): SessionState {
  return withIntake(state, { channels, isRefreshing: false, refreshedAt: state.intake.refreshAskedAt });
}

function becomeAccepted(state: SessionState, config: SessionConfig, now: Moment): Step {
  if (state.phase !== 'pending' || !state.isAccepted) return admitHeld(state, config, now);
  return welcome({ ...state, phase: 'active' }, 'accepted', config, now);
}

/** Rows in flight name aliases of the list they were made with; an alias that now stands for another key would store them under it. */
function hasNewMeaning(before: ReadonlyMap<number, Channel>, after: ReadonlyMap<number, Channel>): boolean {
  for (const [alias, { key }] of before) {
    const now = after.get(alias);
    if (now !== undefined && now.key !== key) return true;
  }
  return false;
}
