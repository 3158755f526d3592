import type { Hello, IngestFrame, RequestOf } from '@cupola/contracts';
import { shardOf } from '@cupola/domain';
import type { MessageBus } from '@cupola/messaging';
import type { Logger } from 'pino';
import type { GatewayClock } from '../clock.js';
import type { GatewayMetrics } from '../metrics.js';
import type { DeviceSession } from '../session/device-session.js';
import type { Failure } from '../session/effects.js';
import { failureOf } from './failure.js';

/** Carries what sessions ask for to backend, and the answer back as an input. Nothing here throws or waits for a caller. */
export class SessionRelay {
  constructor(
    private readonly bus: MessageBus,
    private readonly clock: GatewayClock,
    private readonly metrics: GatewayMetrics,
    private readonly log: Logger,
  ) {}

  greet(session: DeviceSession, hello: Hello): void {
    this.bus.request('sessions.hello', { ...session.ref, hello }).then(
      (reply) => session.input({ type: 'greeted', reply }),
      (error: unknown) => session.input({ type: 'greetFailed', failure: this.#failure(error, session, 'HELLO') }),
    );
  }

  ingest(session: DeviceSession, frames: IngestFrame[]): void {
    const { ref } = session;
    const startedAt = this.clock.monotonic();
    this.bus.request('ingest.<shard>', { ...ref, frames }, { to: shardOf(ref.controllerId) }).then(
      ({ acked }) => {
        const samples = frames.reduce((sum, { rows }) => sum + rows.length, 0);
        this.metrics.stored(samples, (this.clock.monotonic() - startedAt) / 1000);
        session.input({ type: 'stored', acked });
      },
      (error: unknown) => session.input({ type: 'storeFailed', failure: this.#failure(error, session, 'samples') }),
    );
  }

  fetchChannels(session: DeviceSession): void {
    this.bus.request('sessions.channels', { ...session.ref }).then(
      ({ channels }) => session.input({ type: 'channels', channels }),
      (error: unknown) => {
        const failure = this.#failure(error, session, 'channels');
        session.input(failure.isPassing ? { type: 'channelsFailed' } : { type: 'storeFailed', failure });
      },
    );
  }

  slotsChanged(session: DeviceSession, id: string, payload: RequestOf<'slots.changed'>['payload'], timeoutMs: number): void {
    this.bus.request('slots.changed', { ...session.ref, payload }, { timeoutMs }).then(
      () => session.input({ type: 'relayed', id }),
      (error: unknown) => session.input({ type: 'relayFailed', id, failure: this.#failure(error, session, 'slots.changed') }),
    );
  }

  #failure(error: unknown, { ref }: DeviceSession, what: string): Failure {
    const failure = failureOf(error);
    const facts = { controllerId: ref.controllerId, code: failure.code, detail: failure.detail };
    if (failure.isPassing) this.log.debug(facts, `backend did not take ${what}, trying again`);
    else this.log.warn(facts, `backend refused ${what}`);
    return failure;
  }
}
