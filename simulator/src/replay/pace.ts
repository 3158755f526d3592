/** How fast the recording runs. It stands still until `begin`; then `speed` recording seconds pass per real second. */
export class Pace {
  #origin: { readonly recorded: number; readonly real: number } | null = null;

  constructor(
    private readonly speed: number,
    private readonly now: () => number,
  ) {}

  get isUnlimited(): boolean {
    return this.speed === Infinity;
  }

  /** Starts at a recorded instant (epoch ms); a second call changes nothing. */
  begin(recorded: number): void {
    this.#origin ??= { recorded, real: this.now() };
  }

  hasReached(recorded: number): boolean {
    if (this.isUnlimited) return true;
    if (this.#origin === null) return false;
    return recorded <= this.#origin.recorded + (this.now() - this.#origin.real) * this.speed;
  }
}
