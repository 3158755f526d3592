import type { Point } from '@cupola/contracts';
import { waitFor } from '@cupola/testing';
import { PATIENTLY } from '../scene.js';
import type { Dice } from './dice.js';
import type { Box } from './site.js';

export const LIMITS = { high: 26, low: 18, deadband: 0.5 } as const;
/** Temperatures on both sides of the limits, none within a deadband. */
const HOT = 28;
const MILD = 22;
const COLD = 15;
/** Samples that one frame may carry. */
const AT_ONCE = 6;

/** Makes the rooms hot, mild and cold, faster than any building could. */
export class RoomWeather {
  readonly #sourceTimes = new Map<Box, number>();
  readonly #temperatures = new Map<Box, number>();
  #samples = 0;

  constructor(
    private readonly boxes: readonly Box[],
    private readonly sensorOf: (box: Box) => Point,
    private readonly dice: Dice,
  ) {}

  get samples(): number {
    return this.#samples;
  }

  /** Goes on in every room until `isEnough`. */
  async blow(isEnough: () => boolean): Promise<void> {
    await Promise.all(
      this.boxes.map(async (box) => {
        while (!isEnough()) {
          for (let sample = this.dice.between(1, AT_ONCE); sample > 0; sample -= 1) this.#report(box, this.#next(box));
          // Now and then a room goes on while its controller is cut off: those samples come late.
          if (!box.controller.isOnline && this.dice.chance(0.7)) await waitFor(() => box.controller.isOnline, PATIENTLY);
          await waitFor(() => box.controller.isIdle || !box.controller.isOnline || isEnough(), PATIENTLY);
        }
      }),
    );
  }

  /** One last sample in every room, of now, and everything acknowledged. */
  async settle(): Promise<void> {
    for (const box of this.boxes) this.#report(box, this.#next(box));
    await waitFor(() => this.boxes.every(({ controller }) => controller.isIdle), PATIENTLY);
  }

  /** Which alarm of the room has to be active now. */
  expected(box: Box): 'HI' | 'LO' | null {
    const temperature = this.#temperatures.get(box);
    return temperature === HOT ? 'HI' : temperature === COLD ? 'LO' : null;
  }

  #next(box: Box): number {
    const choices = [HOT, MILD, COLD].filter((temperature) => temperature !== this.#temperatures.get(box));
    return this.dice.pick(choices);
  }

  #report(box: Box, temperature: number): void {
    const sourceTime = Math.max(Date.now(), (this.#sourceTimes.get(box) ?? 0) + 1);
    this.#sourceTimes.set(box, sourceTime);
    this.#temperatures.set(box, temperature);
    box.controller.report(this.sensorOf(box).key, temperature, sourceTime);
    this.#samples += 1;
  }
}
