import type { HostedPoint } from '@cupola/contracts';
import { encodeQuality } from '@cupola/domain';
import { CallRefusal } from './call-refusal.js';
import type { HostMemory } from './host-memory.js';
import type { PointList } from './point-list.js';

const NEVER_REPORTED = { value: null, quality: encodeQuality('UNKNOWN') };

/** What was reported last of each point: the answer to a `point.read` of one that is not writable. */
export class LastValues {
  readonly #held = new Map<string, { value: number | null; quality: number }>();

  constructor(
    private readonly points: PointList,
    private readonly memory: HostMemory,
  ) {}

  note(key: string, value: number | null, quality: number): void {
    this.#held.set(key, { value, quality });
  }

  /** Throws CallRefusal NOT_FOUND. */
  read(key: string): HostedPoint {
    if (this.points.find(key) === undefined) throw new CallRefusal('NOT_FOUND', `this controller has no point ${key}`);
    const { value, quality } = this.#held.get(key) ?? NEVER_REPORTED;
    return { key, slots: [], relinquishDefault: null, winner: null, presentValue: value, quality, readSeq: this.memory.nextReadSeq() };
  }
}
