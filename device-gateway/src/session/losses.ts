import type { LossReport, LostRange } from '@cupola/contracts';
import { missingIn, passOver } from '@cupola/domain';
import type { SessionConfig } from './config.js';
import type { Effect, Step } from './effects.js';
import { step } from './effects.js';
import { withIntake, withQueue } from './queues.js';
import type { SessionState } from './state.js';

/**
 * Passes over numbers that can never arrive, and has the loss recorded: with the events, because nothing that waits for room may
 * keep the stream from going on. What is on its way is not lost.
 */
export function declareLost(state: SessionState, loss: LostRange): Step {
  const window = state.intake.windows.get(loss.streamId);
  const missing = window === undefined ? [loss] : missingIn(window, loss.from, loss.to).map((range) => ({ ...loss, ...range }));
  const count = missing.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  // A report about what was passed over before still says what it was.
  const recorded = count === 0 && loss.said !== undefined ? [loss] : missing;
  if (recorded.length === 0) return step(state);
  const { lost } = state.intake.queues.events;
  const declared = withQueue(state, 'events', { lost: [...lost, ...recorded] });
  // A hole before the loss still has to be asked for.
  const isNext = window !== undefined && loss.from <= window.highest + 1;
  const windows = isNext ? new Map(state.intake.windows).set(loss.streamId, passOver(window, loss.to)) : state.intake.windows;
  return step(withIntake(declared, { windows }), { type: 'tally', what: 'lostFrames', count }, noteOf(loss));
}

/** The controller says what its store had no room for. Null: the report cannot be taken, and why. */
export function problemWithReport({ losses }: LossReport, { intake }: SessionState, config: SessionConfig): string | null {
  for (const { streamId, from, to } of losses) {
    const window = intake.windows.get(streamId);
    if (window === undefined) return `HELLO did not name stream ${streamId}`;
    if (to < from) return `${from} to ${to} is no range`;
    if (to > window.highest + config.maxGap) return `stream ${streamId} has no number ${to} yet`;
  }
  return null;
}

/** Whether some loss has yet to be recorded. */
export function hasUnrecorded({ intake }: SessionState): boolean {
  const { lost, sendingLost } = intake.queues.events;
  return lost.length + sendingLost.length > 0;
}

/** A number that was given up for lost arrives all the same: its samples count, as long as the loss has not left. */
export function takeBack(state: SessionState, streamId: string, seq: number): SessionState {
  const { lost } = state.intake.queues.events;
  const isMeant = (loss: LostRange): boolean => loss.streamId === streamId && loss.from <= seq && seq <= loss.to;
  if (!lost.some(isMeant)) return state;
  const left = lost.flatMap((loss) => (isMeant(loss) ? [{ ...loss, to: seq - 1 }, { ...loss, from: seq + 1 }].filter(({ from, to }) => from <= to) : [loss]));
  return withQueue(state, 'events', { lost: left });
}

function noteOf({ streamId, from, to, why }: LostRange): Effect {
  return { type: 'note', text: 'samples were lost before they reached the gateway', facts: { stream: streamId, from, to, why } };
}
