import type { DevicePoint, HostedPoint, SlotApply } from '@cupola/contracts';
import {
  afterUnknownStop,
  applyOperation,
  effectiveValue,
  encodeQuality,
  expireSlots,
  nextExpiry,
  reassertSlots,
  reportSlots,
  snapToResolution,
  winnerOf,
  type IntendedSlot,
  type PriorityArray,
  type PriorityLevel,
} from '@cupola/domain';
import { CallRefusal } from './call-refusal.js';
import { monotonic, type CancelTimer, type DeviceClock } from './clock.js';
import type { HostMemory } from './host-memory.js';
import type { PointList } from './point-list.js';

/** A value that has to go to the output. `level` null: the relinquish default. */
export interface OutputWrite {
  readonly key: string;
  readonly value: number;
  readonly level: PriorityLevel | null;
}

/** The controller's own side of its outputs. */
export interface Outputs {
  /**
   * Called when the value in force changes, and for every output once at the start. May answer the present value that the
   * output then shows; nothing means that it shows what was written. A throw refuses the command, and is tried again later.
   */
  readonly write: (write: OutputWrite) => number | void | Promise<number | void>;
  /** Reads the output for an explicit readback. Default: the value that the last write showed. */
  readonly read?: (key: string) => number | null | Promise<number | null>;
}

/** What happened to an array without anybody asking, or to a present value. */
export interface HostChange {
  readonly hosted: HostedPoint;
  /** Commands whose time was over. */
  readonly ended: readonly string[];
  /** False where only the present value changed, as the RESULT of a command already says. */
  readonly isOwnDoing: boolean;
  readonly valueChanged: boolean;
}

/** One point of a slot set. */
export interface IntendedPoint {
  readonly key: string;
  readonly slots: readonly IntendedSlot[];
  /** At most this long ago the server wrote it. */
  readonly ageMs: () => number;
}

interface Output {
  readonly point: DevicePoint;
  present: number | null;
  isFaulty: boolean;
}

const WRITE_AGAIN_AFTER_MS = 10_000;
/** Between two outputs that a slot set sets in motion, and for all of them together. */
const PAUSE_MS = 250;
const LONGEST_START_MS = 5_000;
const FAULT = encodeQuality('FAULT');
const GOOD = encodeQuality('GOOD');

/**
 * Hosts the priority arrays of a controller's writable points. The server's operations carry remaining times; slots end
 * here, by this host's own clock, whether or not the server is still there.
 */
export class ArrayHost {
  /** The server intends something that could not be had yet: nothing is carried out on the slots, and nobody is told what is in them. */
  isBehind = false;
  readonly #outputs: ReadonlyMap<string, Output>;
  #tail: Promise<unknown> = Promise.resolve();
  #cancelTimer: CancelTimer = () => undefined;
  #endPause: () => void = () => undefined;
  #isRunning = false;
  readonly #startedAt: { readonly wall: number; readonly steady: number };

  constructor(
    points: PointList,
    private readonly memory: HostMemory,
    private readonly clock: DeviceClock,
    private readonly outputs: Outputs,
    private readonly onChange: (change: HostChange) => void,
  ) {
    this.#startedAt = { wall: clock.now(), steady: monotonic(clock) };
    const writable = points.points.filter((point) => point.writable);
    this.#outputs = new Map(writable.map((point) => [point.key, { point, present: null, isFaulty: false }]));
  }

  /**
   * Takes the arrays up again and drives every output. `knowsHowLong` false (no battery-backed clock): whatever has an
   * end is released, because nobody here knows whether its time is over; the server is asked.
   */
  async start(knowsHowLong: boolean): Promise<void> {
    this.#isRunning = true;
    await this.#alone(async () => {
      for (const key of this.#outputs.keys()) {
        const array = this.memory.array(key);
        const kept = knowsHowLong ? array : afterUnknownStop(array);
        const ended = reportSlots(array, 0).filter(({ level }) => kept[level] === undefined);
        this.memory.addUncertain(ended.flatMap(({ commandId }) => commandId ?? []));
        this.memory.setArray(key, kept);
      }
      await this.#expire();
      for (const output of this.#outputs.values()) await this.#drive(output).catch(() => undefined);
      await this.memory.save();
    });
    this.#arm();
  }

  /** Nothing pauses or is timed any more; what was begun is done at once. */
  hurry(): void {
    this.#isRunning = false;
    this.#cancelTimer();
    this.#endPause();
  }

  /** Ends all timers. Waits for what is being written. */
  async stop(): Promise<void> {
    this.hurry();
    await this.#tail.catch(() => undefined);
  }

  has(key: string): boolean {
    return this.#outputs.has(key);
  }

  /** The state of every hosted point, as it is now. */
  all(): HostedPoint[] {
    return [...this.#outputs.values()].map((output) => this.#hosted(output));
  }

  /**
   * Carries out all operations of one command, or none. `remember` gets the answer before anything is written, so that
   * a crash in between cannot make the command look as if it had never come. Throws CallRefusal.
   */
  apply(request: SlotApply, remember: (hosted: HostedPoint) => void): Promise<HostedPoint> {
    return this.#alone(async () => {
      const output = this.#find(request.key);
      const before = this.memory.array(request.key);
      const array = operate(before, request, output.point, this.#now());
      this.memory.setArray(request.key, array);
      remember(this.#hosted(output));
      await this.memory.save();
      const previous = output.present;
      try {
        await this.#drive(output);
      } catch (error) {
        this.memory.setArray(request.key, before);
        await this.memory.save();
        this.#arm();
        throw new CallRefusal('CONTROLLER_REFUSED', `the output did not take the value: ${messageOf(error)}`);
      }
      const hosted = this.#hosted(output);
      remember(hosted);
      await this.memory.save();
      this.#arm();
      this.onChange({ hosted, ended: [], isOwnDoing: false, valueChanged: previous !== hosted.presentValue });
      return hosted;
    });
  }

  /**
   * Takes a slot set: all of it is kept in one step, then the outputs are driven one after the other with a pause between, so that
   * a building does not start at once. Slots that are held, commands that are known, and times that are over are left alone.
   */
  adopt(rev: number, points: readonly IntendedPoint[]): Promise<void> {
    return this.#alone(async () => {
      const filled = await this.#fill(rev, points);
      for (const [index, output] of filled.entries()) {
        if (index > 0) await this.#pause(Math.min(PAUSE_MS, LONGEST_START_MS / filled.length));
        const previous = output.present;
        // A failed write leaves the output faulty: it is tried again.
        await this.#drive(output).catch(() => undefined);
        const hosted = this.#hosted(output);
        this.onChange({ hosted, ended: [], isOwnDoing: true, valueChanged: previous !== hosted.presentValue });
      }
      this.#arm();
    });
  }

  /** What an earlier life held for a time that nobody could name is over. */
  giveUpUncertain(): Promise<void> {
    return this.#alone(() => this.memory.giveUpUncertain());
  }

  /** An explicit reading of the output, numbered higher than everything reported before it. */
  read(key: string): Promise<HostedPoint> {
    return this.#alone(async () => {
      const output = this.#find(key);
      if (this.outputs.read !== undefined) output.present = await this.outputs.read(key);
      return this.#hosted(output);
    });
  }

  /** Keeps what a slot set has to fill, or nothing of it. Gives the outputs that got something. */
  async #fill(rev: number, points: readonly IntendedPoint[]): Promise<Output[]> {
    const before = points.map(({ key }) => [key, this.memory.array(key)] as const);
    const taken = new Map(points.map((point) => [point.key, this.#take(point)]));
    try {
      await this.memory.saveTaken(rev, [...taken.values()].flat());
    } catch (error) {
      for (const [key, array] of before) this.memory.setArray(key, array);
      throw error;
    }
    return [...this.#outputs.values()].filter(({ point }) => (taken.get(point.key)?.length ?? 0) > 0);
  }

  /** Fills the empty slots of one array. Gives the commands that they belong to. */
  #take({ key, slots, ageMs }: IntendedPoint): readonly string[] {
    const output = this.#outputs.get(key);
    if (output === undefined) return [];
    const intended = slots.map((slot) => ({ ...slot, value: holdable(slot.value, output.point) }));
    const { array, taken } = reassertSlots(this.memory.array(key), intended, {
      isKnown: (id) => this.memory.isKnown(id),
      elapsedMs: ageMs(),
      now: this.#now(),
    });
    this.memory.setArray(key, array);
    return taken;
  }

  #pause(ms: number): Promise<void> {
    if (!this.#isRunning) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.clock.setTimeout(resolve, ms);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  #find(key: string): Output {
    const output = this.#outputs.get(key);
    if (output === undefined) throw new CallRefusal('NOT_WRITABLE', `this controller hosts no writable point ${key}`);
    if (this.isBehind) throw new CallRefusal('SLOTS_UNKNOWN', 'it restarted and could not get its slots back from the server yet');
    return output;
  }

  #hosted(output: Output): HostedPoint {
    const { point, present, isFaulty } = output;
    const array = this.memory.array(point.key);
    return {
      key: point.key,
      slots: reportSlots(array, this.#now()).map((slot) => ({ ...slot, remainingMs: slot.remainingMs === null ? null : Math.ceil(slot.remainingMs) })),
      relinquishDefault: point.relinquishDefault ?? null,
      winner: winnerOf(array),
      presentValue: present,
      quality: isFaulty ? FAULT : GOOD,
      readSeq: this.memory.nextReadSeq(),
    };
  }

  /** Writes the value in force when the output does not show it. */
  async #drive(output: Output): Promise<void> {
    const { point } = output;
    const array = this.memory.array(point.key);
    const value = effectiveValue(array, point.relinquishDefault ?? null);
    if (value === null || (value === output.present && !output.isFaulty)) return;
    output.isFaulty = true;
    const shown = await this.outputs.write({ key: point.key, value, level: winnerOf(array) });
    output.isFaulty = false;
    output.present = typeof shown === 'number' ? shown : value;
  }

  async #expire(): Promise<void> {
    for (const output of this.#outputs.values()) {
      const { array, ended } = expireSlots(this.memory.array(output.point.key), this.#now());
      const isOver = ended.length > 0;
      if (!isOver && !output.isFaulty) continue;
      const commandIds = ended.flatMap(({ commandId }) => commandId ?? []);
      this.memory.setArray(output.point.key, array);
      this.memory.addEnded(commandIds);
      if (isOver) await this.memory.save();
      const previous = output.present;
      // A failed write leaves the output faulty: the next wake-up tries again.
      await this.#drive(output).catch(() => undefined);
      const hosted = this.#hosted(output);
      this.onChange({ hosted, ended: commandIds, isOwnDoing: true, valueChanged: previous !== hosted.presentValue });
    }
  }

  /** One timer for whatever comes next: the end of a slot, or another try at an output that did not take its value. */
  #arm(): void {
    this.#cancelTimer();
    if (!this.#isRunning) return;
    const waits = [...this.#outputs.values()].flatMap(({ point, isFaulty }) => {
      const end = nextExpiry(this.memory.array(point.key));
      return [...(end === null ? [] : [end - this.#now()]), ...(isFaulty ? [WRITE_AGAIN_AFTER_MS] : [])];
    });
    if (waits.length === 0) return;
    this.#cancelTimer = this.clock.setTimeout(() => {
      // A failing store is reported by the next command that needs it; the slots have ended all the same.
      void this.#alone(() => this.#expire())
        .catch(() => undefined)
        .finally(() => this.#arm());
    }, Math.max(0, Math.min(...waits)));
  }

  /** Wall time that nobody can set while the host runs: an override must not last longer because a clock was put back. */
  #now(): number {
    return this.#startedAt.wall + (monotonic(this.clock) - this.#startedAt.steady);
  }

  /** One thing at a time: an expiry never runs into the middle of a command. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.catch(() => undefined).then(work);
    this.#tail = turn;
    return turn;
  }
}

function operate(before: PriorityArray, request: SlotApply, point: DevicePoint, now: number): PriorityArray {
  return request.operations.reduce((array, operation) => {
    const value = operation.value === null ? null : holdable(operation.value, point);
    const outcome = applyOperation(array, { ...operation, value }, now);
    if (!outcome.accepted) throw new CallRefusal(outcome.code, `level ${operation.level} of ${request.key} stays as it is: ${REASONS[outcome.code]}`);
    return outcome.array;
  }, before);
}

const REASONS = {
  LEVEL_NOT_ALLOWED: 'levels 1 to 7 belong to the controller',
  WRONG_KIND: 'a write needs a finite value',
  END_REQUIRED: 'level 8 needs an end',
  END_IN_PAST: 'its time was over on arrival',
  OVERTAKEN: 'somebody else holds the slot',
} as const;

/** The nearest value that the output can hold: the answer says CLAMPED when it differs from what was asked. */
function holdable(value: number, { kind, min, max, resolution }: DevicePoint): number {
  if (kind !== 'analog') return value;
  const limited = Math.min(max ?? Infinity, Math.max(min ?? -Infinity, value));
  return resolution === undefined ? limited : snapToResolution(limited, resolution);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
