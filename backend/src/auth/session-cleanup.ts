import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../database/database.js';

const EVERY_MS = 3_600_000;

/** Forgets sessions that ended a month ago, and with them their refresh tokens. Who logged in stays in the audit trail. */
@Injectable()
export class SessionCleanup implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Sessions');
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.run(), EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async run(): Promise<void> {
    try {
      await this.database.query(`DELETE FROM user_sessions WHERE LEAST(ended_at, expires_at) < now() - interval '30 days'`);
    } catch (error) {
      // The next hour tries again; meanwhile the rows only take space.
      this.logger.warn(`Old sessions were not removed: ${String(error)}`);
    }
  }
}
