import { activeFaults, deskReadings, speedOf } from './desk-readings.js';
import { keep, type KeptHouse, takeUp } from './kept-house.js';
import { localTime } from './local-time.js';
import { stepHouse } from './model/house.js';
import { type HouseState, standingHouse } from './model/house-state.js';
import { type Readings, readingsOf } from './model/readings.js';

export const SEED = 'cupola';
const PAST_MS = 6 * 3_600_000;
const PAST_STEP_MS = 5 * 60_000;
/** A process that was stopped for a while does not make up for it in one step. */
const LONGEST_STEP_MS = 10_000;
const NO_FAULTS: ReadonlySet<string> = new Set();

export interface Moment {
  readonly time: number;
  readonly readings: Readings;
}

/** What a house meets that begins to live: what somebody commands, what goes wrong by itself, and its speed while nobody commands one. */
export interface Circumstances {
  readonly commanded: ReadonlyMap<string, number>;
  readonly background: ReadonlySet<string>;
  readonly restingSpeed: number;
}

/** The model of Cupola House in time: what it did in the last hours, and what it does now. */
export class LivingHouse {
  #state: HouseState;
  #readings: Readings = new Map();
  #faults: ReadonlySet<string> = NO_FAULTS;
  #steppedAt: number;
  /** What it showed every five minutes up to now, as far back as it did not live. */
  readonly past: readonly Moment[];

  /** `kept`: how it was when it stopped. Begun in the middle of something (a fan that stands, an override), it shows that from the first moment on. */
  constructor(now: number, kept: KeptHouse | null, circumstances: Circumstances) {
    const { commanded } = circumstances;
    const isRecent = kept !== null && kept.at <= now && kept.at > now - PAST_MS;
    let time = isRecent ? kept.at : now - PAST_MS;
    this.#state = begun(kept, time, isRecent);
    const past: Moment[] = [];
    for (time += PAST_STEP_MS; time < now; time += PAST_STEP_MS) {
      const inputs = { seed: SEED, commanded, faults: NO_FAULTS };
      this.#state = stepHouse(this.#state, inputs, PAST_STEP_MS / 1000);
      past.push({ time, readings: new Map([...readingsOf(this.#state, inputs), ...deskReadings(NO_FAULTS, 1)]) });
    }
    // Meters of an earlier run do not count those hours twice.
    if (!isRecent) this.#state = { ...this.#state, meters: { ...this.#state.meters, ...kept?.meters } };
    this.past = past;
    this.#steppedAt = time - PAST_STEP_MS;
    this.#step(now, circumstances, (now - this.#steppedAt) / 1000);
  }

  get readings(): Readings {
    return this.#readings;
  }

  get faults(): ReadonlySet<string> {
    return this.#faults;
  }

  /** What it goes on from after a restart. */
  get kept(): KeptHouse {
    return keep(this.#state, this.#steppedAt);
  }

  /** Lives up to `now`. */
  live(now: number, circumstances: Circumstances): void {
    const elapsed = Math.min(Math.max(0, now - this.#steppedAt), LONGEST_STEP_MS);
    this.#step(now, circumstances, (elapsed / 1000) * speedOf(circumstances.commanded, circumstances.restingSpeed));
  }

  #step(now: number, { commanded, background, restingSpeed }: Circumstances, dtS: number): void {
    this.#faults = activeFaults(commanded, background);
    const inputs = { seed: SEED, commanded, faults: this.#faults };
    this.#steppedAt = now;
    if (dtS > 0) this.#state = stepHouse(this.#state, inputs, dtS);
    this.#readings = new Map([...readingsOf(this.#state, inputs), ...deskReadings(this.#faults, speedOf(commanded, restingSpeed))]);
  }
}

/** The house at an instant of real time: as it stopped, or as it stands when nobody knows. */
function begun(kept: KeptHouse | null, time: number, isRecent: boolean): HouseState {
  const standing = standingHouse(localTime(time), SEED);
  if (kept === null) return standing;
  return isRecent ? takeUp(standing, kept, SEED) : { ...standing, meters: { ...standing.meters, ...kept.meters } };
}
