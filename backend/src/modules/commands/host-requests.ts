import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BUS } from '../../bus.js';
import { HostReports } from './host-reports.js';
import { SlotSets } from './slot-sets.js';

/** What array hosts tell and ask through their gateways. */
@Injectable()
export class HostRequests implements OnApplicationBootstrap, OnModuleDestroy {
  private stops: Unsubscribe[] = [];

  constructor(
    @Inject(BUS) private readonly bus: MessageBus,
    private readonly reports: HostReports,
    private readonly sets: SlotSets,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.stops = await Promise.all([
      this.bus.answer('slots.changed', (report) => this.reports.slotsChanged(report)),
      this.bus.answer('slots.pull', (request) => this.sets.pull(request)),
    ]);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.stops.map((stop) => stop()));
  }
}
