import type { FrameLoss, LossReport } from '@cupola/contracts';
import { CARRIES, type Carries, type StreamLoss, type StreamStore } from './stream.js';

/** Losses that one CALL carries at most. */
const MAX_PER_CALL = 50;

/** Tells the server what a full store dropped, until it has that on record. */
export class LossReports {
  #isSending = false;

  constructor(
    private readonly streams: Readonly<Record<Carries, StreamStore>>,
    /** Up to which number a stream is stored at the server. */
    private readonly acknowledged: (streamId: string) => number,
  ) {}

  /** Sends until nothing is left. Rejects when the server did not take it: what was not taken stays. */
  async send(call: (payload: LossReport) => Promise<unknown>): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (const carries of CARRIES) await this.#sendAll(carries, call);
    } finally {
      this.#isSending = false;
    }
  }

  async #sendAll(carries: Carries, call: (payload: LossReport) => Promise<unknown>): Promise<void> {
    const stream = this.streams[carries];
    for (let batch = this.#next(stream); batch.length > 0; batch = this.#next(stream)) {
      const losses = batch.flatMap((loss) => this.#stillLost(carries, loss));
      if (losses.length > 0) await call({ losses });
      stream.settle?.(batch);
    }
  }

  #next(stream: StreamStore): readonly StreamLoss[] {
    return stream.losses?.().slice(0, MAX_PER_CALL) ?? [];
  }

  /** A frame that was dropped while it was on its way may have been stored after all. */
  #stillLost(carries: Carries, loss: StreamLoss): FrameLoss[] {
    const from = Math.max(loss.from, this.acknowledged(loss.streamId) + 1);
    return from > loss.to ? [] : [{ ...loss, carries, from }];
  }
}
