import type { ControllerState } from '@cupola/device-client';
import { setTimeout as wait } from 'node:timers/promises';
import { CallerError } from '../product/caller-error.js';
import { inParallel } from '../product/in-parallel.js';
import type { Pace } from './pace.js';
import type { PlayedController } from './played-controller.js';
import { letIn } from '../product/let-in.js';
import type { Workshop } from '../product/provisioning.js';

/** Controllers that connect at the same time at the start. */
const STARTING_AT_ONCE = 16;
/** How often the pace is looked at. */
const TICK_MS = 100;
/** How long the pace waits for the last controllers to join. */
const JOIN_WITHIN_MS = 20_000;

/** All replayed controllers of a building, from the first connection to the last acknowledgement. */
export class Fleet {
  #failure: Error | null = null;
  readonly #mending = new Set<PlayedController>();

  constructor(
    readonly members: PlayedController[],
    private readonly pace: Pace,
    private readonly workshop: Workshop,
  ) {}

  get online(): number {
    return this.members.filter(({ isOnline }) => isOnline).length;
  }

  get ackedRows(): number {
    return this.members.reduce((sum, { stream }) => sum + stream.ackedRows, 0);
  }

  get rows(): number {
    return this.members.reduce((sum, { stream }) => sum + stream.rows, 0);
  }

  get isComplete(): boolean {
    return this.members.every(({ stream }) => stream.isComplete);
  }

  /** Plays until everything is acknowledged. Rejects when a controller can not go on, or with the abort's reason. */
  async play(onTick: () => void): Promise<void> {
    const started = performance.now();
    const starting = inParallel(this.members, STARTING_AT_ONCE, ({ controller }) => controller.start()).catch((error: unknown) => this.#fail(error));
    while (!this.isComplete || this.members.some(({ hasJoined }) => !hasJoined)) {
      if (this.#failure !== null) throw this.#failure;
      this.#setPace(performance.now() - started);
      if (!this.pace.isUnlimited) for (const { controller } of this.members) controller.wake();
      onTick();
      await wait(TICK_MS, undefined, { signal: this.workshop.signal });
    }
    await starting;
    onTick();
  }

  /** Stays online until told to stop. */
  async stay(onTick: () => void): Promise<never> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure;
      onTick();
      await wait(TICK_MS, undefined, { signal: this.workshop.signal });
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map(({ controller }) => controller.stop()));
  }

  /** The server turned a controller away: the program does what a technician would. */
  mend(played: PlayedController, state: ControllerState): void {
    if (state.link === 'halted') return this.#fail(new CallerError(`The product told controller ${played.name} to stop: ${state.detail}`));
    if (this.#mending.has(played)) return;
    this.#mending.add(played);
    letIn(this.workshop, played.provisioned, played.controller, state)
      .catch((error: unknown) => {
        if (!this.workshop.signal.aborted) this.#fail(error);
      })
      .finally(() => this.#mending.delete(played));
  }

  /** The pace starts at the earliest instant that is not stored yet, once everybody has heard where to go on. */
  #setPace(elapsedMs: number): void {
    const isWaiting = this.members.some(({ hasJoined }) => !hasJoined) && elapsedMs < JOIN_WITHIN_MS;
    const joined = this.members.filter(({ hasJoined }) => hasJoined);
    if (isWaiting || joined.length === 0) return;
    const resumes = joined.flatMap(({ stream }) => stream.resumesAt ?? []);
    if (resumes.length > 0) this.pace.begin(Math.min(...resumes));
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
  }
}
