import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GatewayDrain } from './gateway-drain.js';
import { DeviceController } from './http/device-controller.js';
import { OperationsController } from './http/operations-controller.js';
import { PointListUpload } from './http/point-list-upload.js';
import { ProblemFilter } from './http/problem-filter.js';
import { PublicUrl } from './http/public-url.js';
import { Readiness } from './http/readiness.js';
import { Doorkeeper } from './listener/doorkeeper.js';
import { Caller } from './listener/caller.js';
import { GatewayMetrics } from './metrics.js';
import { LeaseRenewal } from './relay/lease-renewal.js';
import { SessionHost, type SessionHostOptions } from './session-host.js';
import { BUS, CONFIG, LOG } from './tokens.js';

/** The gateway's parts. Sessions are wired by `SessionHost`; what HTTP needs of it is injected by class. */
@Module({})
export class GatewayModule {
  static within(options: SessionHostOptions): DynamicModule {
    const host = new SessionHost(options);
    return {
      module: GatewayModule,
      controllers: [DeviceController, OperationsController],
      providers: [
        { provide: BUS, useValue: options.bus },
        { provide: CONFIG, useValue: options.config },
        { provide: LOG, useValue: options.log },
        { provide: Doorkeeper, useValue: host.door },
        { provide: Caller, useValue: options.caller },
        { provide: SessionHost, useValue: host },
        { provide: GatewayMetrics, useValue: host.metrics },
        { provide: LeaseRenewal, useValue: host.leases },
        { provide: APP_FILTER, useClass: ProblemFilter },
        GatewayDrain,
        PointListUpload,
        PublicUrl,
        Readiness,
      ],
    };
  }
}
