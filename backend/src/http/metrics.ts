import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** The figures of this program. Features register theirs here: `new Counter({ ..., registers: [metrics.registry] })`. */
@Injectable()
export class Metrics implements OnModuleDestroy {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    ...{ name: 'cupola_http_request_seconds', help: 'REST requests by route and status', registers: [this.registry] },
    ...{ labelNames: ['method', 'route', 'status'] as const, buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 1, 5] },
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Labels by the route's pattern: an address with ids in it would make a new series each time. */
  readonly observe: RequestHandler = (request: Request, response: Response, next: NextFunction) => {
    const end = this.requests.startTimer();
    response.once('finish', () => {
      const route = (request.route as { path?: unknown } | undefined)?.path;
      end({ method: request.method, route: typeof route === 'string' ? route : 'other', status: String(response.statusCode) });
    });
    next();
  };

  onModuleDestroy(): void {
    this.registry.clear();
  }
}
