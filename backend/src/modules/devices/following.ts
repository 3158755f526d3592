import { Logger } from '@nestjs/common';
import { isDatabaseUnavailable } from '../../database/database-unavailable.js';

/** After a round this many times as long as it took, so that what looks at everything leaves most of the machine to those who cause the events. */
const REST = 4;
const LONGEST_REST_MS = 1_000;

/**
 * Work that follows events, and each time looks at everything: at once when nothing happened lately, and in a storm of events one
 * round for all that came meanwhile. A failure is reported; whoever starts this looks again without events as well.
 */
export class Following {
  private readonly logger: Logger;
  private isWanted = false;
  private isStopped = false;
  private running: Promise<void> | undefined;
  private endRest = (): void => undefined;

  constructor(
    name: string,
    private readonly work: () => Promise<unknown>,
  ) {
    this.logger = new Logger(name);
  }

  /** Something happened: a round that begins after this will see it. */
  ask(): void {
    this.isWanted = true;
    if (!this.isStopped) this.running ??= this.run().finally(() => (this.running = undefined));
  }

  /** Waits for the round that runs. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.endRest();
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.isWanted && !this.isStopped) {
      this.isWanted = false;
      const beganAt = performance.now();
      await this.work().catch((error: unknown) => this.report(error));
      await this.rest(Math.min(LONGEST_REST_MS, REST * (performance.now() - beganAt)));
    }
  }

  private rest(ms: number): Promise<void> {
    if (this.isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private report(error: unknown): void {
    if (!isDatabaseUnavailable(error)) this.logger.error('A change could not be followed', error);
  }
}
