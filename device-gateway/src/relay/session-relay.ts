import type { DocumentNotice, Hello, IngestBatch, IngestFrame, LostRange, ReplyOf, SessionRef, SlotSet, SlotSetAnnounced } from '@cupola/contracts';
import { shardOf } from '@cupola/domain';
import type { MessageBus } from '@cupola/messaging';
import type { Logger } from 'pino';
import type { GatewayClock } from '../clock.js';
import type { GatewayMetrics } from '../metrics.js';
import type { DeviceSession } from '../session/device-session.js';
import type { Effect, Failure, Input, Relayed } from '../session/effects.js';
import type { QueueName } from '../session/state.js';
import { failureOf } from './failure.js';

/** Carries what sessions ask for to backend, and the answer back as an input. Nothing here throws or waits for a caller. */
export class SessionRelay {
  #greeting = 0;

  constructor(
    private readonly bus: MessageBus,
    private readonly clock: GatewayClock,
    private readonly metrics: GatewayMetrics,
    private readonly log: Logger,
  ) {}

  /** How many HELLOs wait for backend's answer. */
  get greeting(): number {
    return this.#greeting;
  }

  greet(session: DeviceSession, hello: Hello, clockOffsetMs: number | null): void {
    this.#greeting += 1;
    const answer = this.bus.request('sessions.hello', { ...session.ref, hello, clockOffsetMs }).finally(() => (this.#greeting -= 1));
    answer.then(
      (reply) => session.input({ type: 'greeted', reply }),
      (error: unknown) => session.input({ type: 'greetFailed', failure: this.#failure(error, session, 'HELLO') }),
    );
  }

  ingest(session: DeviceSession, { queue, frames, losses }: Extract<Effect, { type: 'ingest' }>): void {
    const { ref } = session;
    const startedAt = this.clock.monotonic();
    this.bus.request('ingest.<shard>', batchOf(ref, queue, frames, losses), { to: shardOf(ref.controllerId) }).then(
      ({ acked }) => {
        const samples = frames.reduce((sum, { rows }) => sum + rows.length, 0);
        this.metrics.stored(samples, (this.clock.monotonic() - startedAt) / 1000);
        session.input({ type: 'stored', queue, acked });
      },
      (error: unknown) => session.input({ type: 'storeFailed', queue, failure: this.#failure(error, session, queue) }),
    );
  }

  fetchChannels(session: DeviceSession): void {
    this.bus.request('sessions.channels', { ...session.ref }).then(
      ({ channels }) => session.input({ type: 'channels', channels }),
      (error: unknown) => {
        const failure = this.#failure(error, session, 'channels');
        session.input(failure.isPassing ? { type: 'channelsFailed' } : { type: 'refused', failure });
      },
    );
  }

  /** A CALL of the controller that backend answers. */
  pass(session: DeviceSession, { id, call, timeoutMs }: Extract<Effect, { type: 'relay' }>): void {
    this.#request(session, call, timeoutMs).then(
      (answer) => session.input({ type: 'relayed', id, ...answer }),
      (error: unknown) => session.input({ type: 'relayFailed', id, failure: this.#failure(error, session, call.action) }),
    );
  }

  /** What is shown of the clock is no matter of life: one that gets lost is made up for by the next change or session. */
  tellClock(session: DeviceSession, clockOffsetMs: number): void {
    this.bus.request('sessions.clock', { ...session.ref, clockOffsetMs }).catch((error: unknown) => void this.#failure(error, session, 'a clock offset'));
  }

  #request(session: DeviceSession, call: Relayed, timeoutMs: number): Promise<RelayedAnswer> {
    const { ref } = session;
    // One case per action: each has its own payload and its own reply.
    switch (call.action) {
      case 'slots.changed':
        return this.bus.request(call.action, { ...ref, payload: call.payload }, { timeoutMs }).then((payload) => ({ payload }));
      case 'slots.pull':
        return this.bus.request(call.action, { ...ref, payload: call.payload }, { timeoutMs }).then(slotSetAnswer);
      case 'subdevices.changed':
        return this.bus.request(call.action, { ...ref, payload: call.payload }, { timeoutMs }).then((payload) => ({ payload }));
    }
  }

  #failure(error: unknown, { ref }: DeviceSession, what: string): Failure {
    const failure = failureOf(error);
    const facts = { controllerId: ref.controllerId, code: failure.code, detail: failure.detail };
    if (failure.isPassing) this.log.debug(facts, `backend did not take ${what}, trying again`);
    else this.log.warn(facts, `backend refused ${what}`);
    return failure;
  }
}

type RelayedAnswer = Pick<Extract<Input, { type: 'relayed' }>, 'payload' | 'notice'>;

/** What does not fit the message is announced, and the RESULT says which document it is. */
function slotSetAnswer(reply: ReplyOf<'slots.pull'>): { payload: SlotSet | SlotSetAnnounced; notice?: DocumentNotice } {
  if (!('notice' in reply)) return { payload: reply };
  const { notice } = reply;
  return { payload: { rev: notice.rev, ref: notice.ref }, notice };
}

function batchOf(ref: SessionRef, queue: QueueName, frames: IngestFrame[], losses: readonly LostRange[]): IngestBatch {
  const batch: IngestBatch = { ...ref, frames };
  if (queue === 'events') batch.isUrgent = true;
  if (losses.length > 0) batch.losses = [...losses];
  return batch;
}
