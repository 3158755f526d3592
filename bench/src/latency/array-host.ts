import type { HostedPoint, SlotApply } from '@cupola/contracts';

/** The priority arrays of one controller, reduced to what a command needs: it is stored, and can be read back. */
export class ArrayHost {
  readonly #points = new Map<string, HostedPoint>();
  #reads = Date.now();

  constructor(private readonly onWrite: (value: number) => void) {}

  answer(action: string, payload: unknown): HostedPoint {
    if (action === 'slot.apply') return this.#apply(payload as SlotApply);
    if (action === 'point.read') return this.#read((payload as { key: string }).key);
    throw new Error(`nobody expects the call ${action}`);
  }

  #apply({ key, operations }: SlotApply): HostedPoint {
    for (const { level, value, commandId, remainingMs } of operations) {
      if (value === null) throw new Error(`${key}: nobody releases anything here`);
      this.onWrite(value);
      this.#points.set(key, { key, slots: [{ level, value, commandId, remainingMs }], relinquishDefault: 0, winner: level, presentValue: value, quality: 0, readSeq: 0 });
    }
    return this.#read(key);
  }

  #read(key: string): HostedPoint {
    const point = this.#points.get(key);
    if (!point) throw new Error(`${key} is read before it was written`);
    this.#reads += 1;
    return { ...point, readSeq: this.#reads };
  }
}
