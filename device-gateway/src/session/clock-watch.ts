import { isOffsetNews, measureOffset } from '@cupola/domain';
import type { Effect, Step } from './effects.js';
import { step } from './effects.js';
import type { Moment, SessionState } from './state.js';

/** A PING carries the controller's time: backend learns when it has moved much against ours. */
export function noteClock(state: SessionState, said: number, { wall }: Moment): Step {
  const measured = state.clock.isThere && state.phase !== 'closing' ? measureOffset(said, wall) : null;
  if (measured === null) return step(state);
  const isNews = state.greeting === null && isOffsetNews(state.clock.toldMs, measured);
  const clock = { ...state.clock, offsetMs: measured, toldMs: isNews ? measured : state.clock.toldMs };
  const news: Effect[] = isNews ? [{ type: 'tellClock', clockOffsetMs: measured }] : [];
  return step({ ...state, clock }, ...news);
}
