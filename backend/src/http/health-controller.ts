import { Controller, Get } from '@nestjs/common';
import { Public } from '../auth/requires.js';
import { Database } from '../database/database.js';

/** For supervisors and load balancers. */
@Controller('health')
export class HealthController {
  constructor(private readonly database: Database) {}

  @Get('live')
  @Public('a supervisor asks whether the process answers')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 503 while the database is away: send no requests here yet. */
  @Get('ready')
  @Public('a load balancer asks whether requests may come')
  async ready(): Promise<{ status: 'ok' }> {
    await this.database.query('SELECT 1');
    return { status: 'ok' };
  }
}
