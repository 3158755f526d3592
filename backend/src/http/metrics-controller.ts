import { Controller, Get, Header, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Public } from '../auth/requires.js';
import { Metrics } from './metrics.js';

/** For Prometheus. */
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @Public('a monitoring system reads figures that name nobody and nothing of a building')
  async text(@Res({ passthrough: true }) response: Response): Promise<string> {
    const text = await this.metrics.registry.metrics();
    response.type(this.metrics.registry.contentType);
    return text;
  }
}
