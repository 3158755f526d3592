import { randomInt } from 'node:crypto';

/** Chance that can be repeated: the same seed throws the same numbers. */
export class Dice {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed;
  }

  /** Uniform in [0, 1) (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(choices: readonly T[]): T {
    const picked = choices[Math.floor(this.next() * choices.length)];
    if (picked === undefined) throw new Error('there is nothing to pick from');
    return picked;
  }

  /** Dice of its own for one part of the scene, so that what others throw does not change its numbers. */
  fork(): Dice {
    return new Dice(Math.floor(this.next() * 2 ** 31));
  }
}

/** Dice with the seed of `CUPOLA_CHAOS_SEED`, or with a new one. */
export function throwDice(): Dice {
  const given = Number(process.env['CUPOLA_CHAOS_SEED']);
  return new Dice(Number.isSafeInteger(given) && given > 0 ? given : randomInt(1, 2 ** 31));
}

/** How much of the proof is run: `CUPOLA_CHAOS_COUNT`, or all of it. */
export function countOf(whole: number): number {
  return Number(process.env['CUPOLA_CHAOS_COUNT']) || whole;
}
