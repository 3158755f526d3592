import { inParallel } from '../product/in-parallel.js';
import type { DemoController } from './demo-controller.js';

/** Controllers that connect or leave at the same time. */
const AT_ONCE = 16;

/** Which controllers hang on the network: dropouts and cut floors take them off it, and give them back. */
export class Network {
  readonly #joined = new Set<DemoController>();
  #busy: Promise<void> = Promise.resolve();
  #isBusy = false;

  constructor(
    private readonly members: readonly DemoController[],
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Brings sessions in line with the faults that are there; a change that is under way is finished first. */
  follow(faults: ReadonlySet<string>): void {
    if (this.#isBusy) return;
    const changing = this.members.filter((member) => this.#joined.has(member) === isCut(member, faults));
    if (changing.length === 0) return;
    this.#isBusy = true;
    this.#busy = inParallel(changing, AT_ONCE, (member) => this.#change(member))
      .then(() => undefined, this.onFailure)
      .finally(() => (this.#isBusy = false));
  }

  async stop(): Promise<void> {
    this.#isBusy = true;
    await this.#busy;
    await Promise.all(this.members.map(({ controller }) => controller.stop()));
  }

  async #change(member: DemoController): Promise<void> {
    if (this.#joined.delete(member)) return member.controller.stop();
    this.#joined.add(member);
    await member.controller.start();
  }
}

function isCut({ equipment: { id, level } }: DemoController, faults: ReadonlySet<string>): boolean {
  return faults.has(`controller-dropout.${id}`) || faults.has(`gateway-cut.floor-${level}`);
}
