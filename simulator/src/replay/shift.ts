import type { Controller } from '@cupola/contracts';
import { CallerError } from '../product/caller-error.js';
import type { Recording } from './recording.js';
import type { StateFolder } from './state-folder.js';

/** What the replay's controllers report as their firmware. The product keeps it, so the shift survives the loss of everything here. */
const FIRMWARE = 'cupola-replay/1';
const SHIFT = /^cupola-replay\/1 shift=(-?\d+)$/;

export function firmwareFor(shiftMs: number | null): string {
  return shiftMs === null ? FIRMWARE : `${FIRMWARE} shift=${shiftMs}`;
}

/** Milliseconds that earlier runs shifted the recording by, as the controllers' firmware says; null when they did not. */
export function shiftIn(controllers: readonly Pick<Controller, 'firmware'>[]): number | null {
  const shifts = new Set(controllers.flatMap(({ firmware }) => SHIFT.exec(firmware)?.[1] ?? []));
  if (shifts.size > 1) {
    throw new CallerError(`The building's controllers were shifted by different amounts (${[...shifts].join(', ')} ms): replay into another site with --site.`);
  }
  const [shift] = shifts;
  return shift === undefined ? null : Number(shift);
}

/**
 * The shift of this building's recording, known or made now so that the recording ends now. Once chosen it stays: a
 * restart with another one would store every row a second time.
 */
export async function knownShift(controllers: readonly Controller[], recording: Recording, state: StateFolder): Promise<number | null> {
  return shiftIn(controllers) ?? (await state.readShift(recording.lastTime));
}

export function shiftToNow(recording: Recording, now: number): number {
  return Math.round(now - recording.lastTime);
}
