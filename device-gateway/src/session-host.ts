import type { SessionRef } from '@cupola/contracts';
import type { MessageBus } from '@cupola/messaging';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { GatewayClock } from './clock.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { Doorkeeper } from './listener/doorkeeper.js';
import { ExposedTickets } from './listener/exposed-tickets.js';
import type { Caller } from './listener/caller.js';
import type { RemoteAddress } from './listener/remote-address.js';
import type { Admission } from './listener/upgrade-listener.js';
import { UpgradeListener } from './listener/upgrade-listener.js';
import { GatewayMetrics } from './metrics.js';
import { BackendRequests } from './relay/backend-requests.js';
import { LeaseRenewal } from './relay/lease-renewal.js';
import { SessionEnds } from './relay/session-ends.js';
import { SessionRegistry } from './relay/session-registry.js';
import { SessionRelay } from './relay/session-relay.js';
import { SessionTicker } from './relay/session-ticker.js';
import { DeviceSession } from './session/device-session.js';
import { GatewayFlow } from './session/gateway-flow.js';
import type { SessionEnd, SessionParts } from './session/session-parts.js';

export interface SessionHostOptions {
  config: GatewayConfig;
  gatewayId: string;
  bus: MessageBus;
  clock: GatewayClock;
  log: Logger;
  remote: RemoteAddress;
  caller: Caller;
}

/** Everything that sessions of this gateway need, wired together. */
export class SessionHost {
  readonly registry = new SessionRegistry();
  readonly metrics = new GatewayMetrics();
  readonly door: Doorkeeper;
  readonly exposed: ExposedTickets;
  readonly upgrades: UpgradeListener;
  readonly leases: LeaseRenewal;
  readonly #ends: SessionEnds;
  readonly #backend: BackendRequests;
  readonly #ticker: SessionTicker;
  readonly #parts: SessionParts;
  readonly #flow: GatewayFlow;

  constructor({ config, gatewayId, bus, clock, log, remote, caller }: SessionHostOptions) {
    const relay = new SessionRelay(bus, clock, this.metrics, log);
    this.door = new Doorkeeper(
      config.door,
      () => clock.monotonic(),
      () => relay.greeting,
    );
    this.#flow = new GatewayFlow(config.gatewayFlow, () => clock.monotonic());
    this.exposed = new ExposedTickets(bus, remote, log);
    this.leases = new LeaseRenewal(bus, gatewayId, this.registry, log, config.renewEveryMs, () => clock.monotonic());
    this.#ends = new SessionEnds(bus, log);
    this.#backend = new BackendRequests(bus, gatewayId, this.registry);
    this.#ticker = new SessionTicker(clock, this.registry);
    this.#parts = {
      ...{ config: config.session, clock, relay, metrics: this.metrics, log },
      onDue: (session, dueAt) => this.#ticker.expect(session, dueAt),
      onEnd: (session, end) => this.#leave(session, end),
    };
    this.upgrades = new UpgradeListener(bus, caller, this.exposed, this.metrics, log, {
      gatewayId,
      door: this.door,
      origins: { ofEverySite: config.origins, ofSomeSite: () => this.leases.origins },
      onSession: (socket, admission) => this.#open(socket, admission),
      onLost: (admission) => this.#ends.report(refOf(admission), GONE),
    });
    this.metrics.measureKept(() => this.#flow.kept);
    this.metrics.countSessions(() => this.registry.all().map(({ phase }) => phase));
  }

  async start(): Promise<void> {
    await this.#backend.start();
    await this.leases.start();
    this.#ticker.start();
  }

  async stop(withinMs: number): Promise<void> {
    this.#ticker.stop();
    await this.#ends.settled(withinMs);
    await this.#backend.stop();
    await this.leases.stop();
  }

  #open(socket: WebSocket, admission: Admission): void {
    this.registry.install(new DeviceSession(socket, refOf(admission), this.#parts, this.#flow.of(admission.siteId)));
  }

  #leave(session: DeviceSession, end: SessionEnd): void {
    this.registry.remove(session);
    this.metrics.ended(end.reason);
    this.#ends.report(session.ref, end);
  }
}

const GONE = { code: 1006, reason: 'connection_lost', text: 'the controller left before its session stood' } as const;

function refOf({ sessionId, controllerId, epoch }: Admission): SessionRef {
  return { sessionId, controllerId, epoch };
}
