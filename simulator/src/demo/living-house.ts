import { activeFaults, deskReadings, speedOf } from './desk-readings.js';
import { localTime } from './local-time.js';
import { stepHouse } from './model/house.js';
import { type HouseState, standingHouse } from './model/house-state.js';
import { type Readings, readingsOf } from './model/readings.js';

export const SEED = 'cupola';
const PAST_MS = 6 * 3_600_000;
const PAST_STEP_MS = 5 * 60_000;
/** A process that was stopped for a while does not make up for it in one step. */
const LONGEST_STEP_MS = 10_000;
const UNDISTURBED = { seed: SEED, commanded: new Map<string, number>(), faults: new Set<string>() };

export interface Moment {
  readonly time: number;
  readonly readings: Readings;
}

/** The model of Cupola House in time: what it did in the last hours, and what it does now. */
export class LivingHouse {
  #state: HouseState;
  #readings: Readings = new Map();
  #faults: ReadonlySet<string> = new Set();
  #steppedAt: number;
  /** What it showed every five minutes up to now. */
  readonly past: readonly Moment[];

  /** `meters`: what the energy meters showed last, by their ids. */
  constructor(now: number, meters: Readonly<Record<string, number>>) {
    const from = now - PAST_MS;
    const before = standingHouse(localTime(from), SEED);
    this.#state = { ...before, meters: { ...before.meters, ...meters } };
    const past: Moment[] = [];
    for (let time = from + PAST_STEP_MS; time < now; time += PAST_STEP_MS) {
      this.#state = stepHouse(this.#state, UNDISTURBED, PAST_STEP_MS / 1000);
      past.push({ time, readings: new Map([...readingsOf(this.#state, UNDISTURBED), ...deskReadings(new Set(), 1)]) });
    }
    // Meters of an earlier run do not count those hours twice.
    this.#state = { ...this.#state, meters: { ...this.#state.meters, ...meters } };
    this.past = past;
    this.#steppedAt = now;
    this.#readings = past.at(-1)?.readings ?? new Map();
  }

  get readings(): Readings {
    return this.#readings;
  }

  get faults(): ReadonlySet<string> {
    return this.#faults;
  }

  get meters(): Readonly<Record<string, number>> {
    return this.#state.meters;
  }

  /** Lives up to `now`: `commanded` by key, `background` what goes wrong by itself, `speed` while nobody commands one. */
  live(now: number, commanded: ReadonlyMap<string, number>, background: ReadonlySet<string>, restingSpeed: number): void {
    const speed = speedOf(commanded, restingSpeed);
    this.#faults = activeFaults(commanded, background);
    const inputs = { seed: SEED, commanded, faults: this.#faults };
    const elapsed = Math.min(Math.max(0, now - this.#steppedAt), LONGEST_STEP_MS);
    this.#steppedAt = now;
    if (elapsed > 0) this.#state = stepHouse(this.#state, inputs, (elapsed / 1000) * speed);
    this.#readings = new Map([...readingsOf(this.#state, inputs), ...deskReadings(this.#faults, speed)]);
  }
}
