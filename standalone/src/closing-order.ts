interface Closer {
  readonly name: string;
  readonly close: () => Promise<void>;
  readonly abandon: () => void;
}

/** What runs, and the one order in which it stops: the last that was started is the first to stop. */
export class ClosingOrder {
  readonly #closers: Closer[] = [];

  constructor(private readonly print: (line: string) => void) {}

  /** `abandon` is for what would outlive this process when there is no time to close it. */
  add(name: string, close: () => Promise<void>, abandon: () => void = () => {}): void {
    this.#closers.push({ name, close, abandon });
  }

  abandonAll(): void {
    for (const { abandon } of this.#closers) abandon();
  }

  /** Stops everything. One that fails to stop does not keep the others running. Returns false when any did. */
  async closeAll(): Promise<boolean> {
    let isClean = true;
    for (let closer = this.#closers.at(-1); closer; closer = this.#closers.at(-1)) {
      try {
        await closer.close();
      } catch (error) {
        isClean = false;
        this.print(`Stopping ${closer.name} failed: ${error instanceof Error ? error.message : String(error)}`);
      }
      this.#closers.pop();
    }
    return isClean;
  }
}
