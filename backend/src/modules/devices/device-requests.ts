import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BUS } from '../../bus.js';
import { DeviceTickets } from './device-tickets.js';
import { Enrolment } from './enrolment.js';
import { PointUploads } from './point-uploads.js';
import { SessionLife } from './session-life.js';
import { TicketGate } from './ticket-gate.js';

/** What gateways ask of backend, and who answers. */
@Injectable()
export class DeviceRequests implements OnApplicationBootstrap, OnModuleDestroy {
  private answers: Unsubscribe[] = [];

  constructor(
    @Inject(BUS) private readonly bus: MessageBus,
    private readonly enrolment: Enrolment,
    private readonly tickets: DeviceTickets,
    private readonly gate: TicketGate,
    private readonly uploads: PointUploads,
    private readonly sessions: SessionLife,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { bus, sessions } = this;
    this.answers = await Promise.all([
      bus.answer('devices.enrol', (request) => this.enrolment.enrol(request)),
      bus.answer('tickets.issue', (request) => this.tickets.issue(request)),
      bus.answer('tickets.consume', (request) => this.gate.consume(request)),
      bus.answer('tickets.burn', async ({ ticket, remoteAddress }) => {
        await this.gate.burn(ticket, remoteAddress);
        return {};
      }),
      bus.answer('points.put', (request) => this.uploads.put(request)),
      bus.answer('sessions.hello', (request) => sessions.hello.hello(request)),
      bus.answer('sessions.renew', (request) => sessions.renewal.renew(request)),
      bus.answer('sessions.channels', (request) => sessions.renewal.channelsOf(request)),
      bus.answer('sessions.ended', async (request) => {
        await sessions.ends.ended(request);
        return {};
      }),
      bus.answer('sessions.clock', async (request) => {
        await sessions.clocks.changed(request);
        return {};
      }),
      bus.answer('subdevices.changed', async (request) => {
        await sessions.subdevices.changed(request);
        return {};
      }),
      bus.answer('sessions.drained', async (request) => {
        await sessions.ends.drained(request.sessions);
        return {};
      }),
    ]);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.answers.map((stop) => stop()));
  }
}
