import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BUS } from '../../bus.js';
import { sayUnavailable } from '../../database/say-unavailable.js';
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
      bus.answer('devices.enrol', sayUnavailable((request) => this.enrolment.enrol(request))),
      bus.answer('tickets.issue', sayUnavailable((request) => this.tickets.issue(request))),
      bus.answer('tickets.consume', sayUnavailable((request) => this.gate.consume(request))),
      bus.answer('tickets.burn', sayUnavailable(async ({ ticket, remoteAddress }) => {
        await this.gate.burn(ticket, remoteAddress);
        return {};
      })),
      bus.answer('documents.take', sayUnavailable(async (request) => ({ text: await this.gate.consumeForDocument(request) }))),
      bus.answer('points.put', sayUnavailable((request) => this.uploads.put(request))),
      bus.answer('sessions.hello', sayUnavailable((request) => sessions.hello.hello(request))),
      bus.answer('sessions.renew', sayUnavailable((request) => sessions.renewal.renew(request))),
      bus.answer('sessions.channels', sayUnavailable((request) => sessions.renewal.channelsOf(request))),
      bus.answer('sessions.ended', sayUnavailable(async (request) => {
        await sessions.ends.ended(request);
        return {};
      })),
      bus.answer('sessions.clock', sayUnavailable(async (request) => {
        await sessions.clocks.changed(request);
        return {};
      })),
      bus.answer('subdevices.changed', sayUnavailable(async (request) => {
        await sessions.subdevices.changed(request);
        return {};
      })),
      bus.answer('sessions.drained', sayUnavailable(async (request) => {
        await sessions.ends.drained(request.sessions);
        return {};
      })),
    ]);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.answers.map((stop) => stop()));
  }
}
