import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BUS } from '../../bus.js';
import { HostReports } from './host-reports.js';

/** What array hosts tell through their gateways. */
@Injectable()
export class HostRequests implements OnApplicationBootstrap, OnModuleDestroy {
  private stop: Unsubscribe | undefined;

  constructor(
    @Inject(BUS) private readonly bus: MessageBus,
    private readonly reports: HostReports,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.stop = await this.bus.answer('slots.changed', (report) => this.reports.slotsChanged(report));
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop?.();
  }
}
