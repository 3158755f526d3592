import { DomainError } from '@cupola/contracts';
import { Controller, Get, Header } from '@nestjs/common';
import { GatewayMetrics } from '../metrics.js';
import { Readiness } from './readiness.js';

/** For supervisors, load balancers and monitoring. */
@Controller()
export class OperationsController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: GatewayMetrics,
  ) {}

  @Get('health/live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 503 while draining, or while backend does not answer: send no controllers here. */
  @Get('health/ready')
  ready(): { status: 'ok' } {
    const obstacle = this.readiness.obstacle;
    if (obstacle !== null) throw new DomainError('OVERLOADED', obstacle);
    return { status: 'ok' };
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  metricsText(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
