import type { Subdevice, SubdevicesChanged } from '@cupola/contracts';

/** A change of several sub-devices at once is one message. */
export class Subdevices {
  readonly #held: Map<string, Subdevice>;
  #isUnsent = false;
  #isSending = false;

  constructor(initial: readonly Subdevice[]) {
    this.#held = new Map(initial.map((subdevice) => [subdevice.id, subdevice]));
  }

  /** What HELLO carries: after it there is nothing left to tell. */
  forHello(): Subdevice[] {
    this.#isUnsent = false;
    return [...this.#held.values()];
  }

  /** Whether that changes anything. */
  set(subdevice: Subdevice): boolean {
    if (this.#held.get(subdevice.id)?.state === subdevice.state) return false;
    this.#held.set(subdevice.id, subdevice);
    this.#isUnsent = true;
    return true;
  }

  /** Sends until nothing is left. Rejects when the server did not take it: then it is told again. */
  async send(call: (payload: SubdevicesChanged) => Promise<unknown>): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      while (this.#isUnsent) {
        const subdevices = this.forHello();
        await call({ subdevices }).catch((error: unknown) => {
          this.#isUnsent = true;
          throw error;
        });
      }
    } finally {
      this.#isSending = false;
    }
  }
}
