import { setTimeout as delay } from 'node:timers/promises';
import type { Server } from 'node:http';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { spreadMsFor } from '@cupola/domain';
import type { GatewayConfig } from './config/gateway-config.js';
import { Readiness } from './http/readiness.js';
import { SessionHost } from './session-host.js';
import { CONFIG } from './tokens.js';

/** Sockets closed in one go; their controllers come back spread by DRAIN, their close frames leave spread by this. */
const SLICE = 100;
const SLICE_PAUSE_MS = 20;
const POLL_MS = 10;

/**
 * The end of a gateway, so that no sample and no acknowledgement is lost: not ready any more, no new sessions, DRAIN, what was
 * received is stored and acknowledged, 1012, and only then sockets are cut.
 */
@Injectable()
export class GatewayDrain implements BeforeApplicationShutdown {
  constructor(
    @Inject(CONFIG) private readonly config: GatewayConfig,
    private readonly readiness: Readiness,
    private readonly host: SessionHost,
    private readonly adapter: HttpAdapterHost,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    const { drainWithinMs, closeWithinMs, returnsPerSecond } = this.config.shutdown;
    this.readiness.withdraw();
    this.host.door.close();
    this.host.upgrades.refuseAll();
    const sessions = [...this.host.registry.open()];
    const spreadMs = Math.max(this.config.shutdown.spreadMs, spreadMsFor(sessions.length, returnsPerSecond));
    for (const session of sessions) session.input({ type: 'drain', withinMs: drainWithinMs, spreadMs, reason: 'restart' });
    await until(() => sessions.every((session) => session.isIdle), drainWithinMs);
    for (let from = 0; from < sessions.length; from += SLICE) {
      for (const session of sessions.slice(from, from + SLICE)) session.input({ type: 'restart' });
      if (from + SLICE < sessions.length) await delay(SLICE_PAUSE_MS);
    }
    await until(() => sessions.every((session) => session.isClosed), closeWithinMs);
    for (const session of sessions) session.terminate();
    await this.host.stop(closeWithinMs);
    (this.adapter.httpAdapter.getHttpServer() as Server).closeAllConnections();
  }
}

async function until(isReached: () => boolean, withinMs: number): Promise<void> {
  for (let waited = 0; !isReached() && waited < withinMs; waited += POLL_MS) await delay(POLL_MS);
}
