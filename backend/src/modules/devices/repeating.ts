import { Logger } from '@nestjs/common';
import { isDatabaseUnavailable } from '../../database/database-unavailable.js';

/** Work that is done again and again, never twice at once. A failure is reported and the next round tries again. */
export class Repeating {
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isFailing = false;

  constructor(
    name: string,
    private readonly everyMs: number,
    private readonly work: () => Promise<unknown>,
  ) {
    this.logger = new Logger(name);
  }

  start(firstAfterMs = this.everyMs): void {
    this.timer = setTimeout(() => (this.running = this.round()), firstAfterMs);
  }

  /** Waits for the round that runs. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.running;
    clearTimeout(this.timer);
  }

  private async round(): Promise<void> {
    const timer = this.timer;
    try {
      await this.work();
      this.isFailing = false;
    } catch (error) {
      this.report(error);
    }
    // stop() was called meanwhile: it has taken the timer away.
    if (timer !== undefined && this.timer === timer) this.start();
  }

  /** A database that is away is said once, not every second. */
  private report(error: unknown): void {
    if (!isDatabaseUnavailable(error)) this.logger.error('A round failed', error);
    else if (!this.isFailing) this.logger.warn('The database is away; trying again until it is back');
    this.isFailing = true;
  }
}
