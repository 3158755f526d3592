import { setTimeout as delay } from 'node:timers/promises';
import type { EventOf, EventSubject, ReplyOf, RequestOf, RequestSubject } from '@cupola/contracts';
import { DomainError, refusal, subjectFor } from '@cupola/contracts';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { connect } from '@nats-io/transport-node';
import type { BusOptions, CarriedRefusal, FaultReporter } from '../faults.js';
import { errorOf, refusalOf, warnOfFault } from '../faults.js';
import type { MessageBus, RequestOptions, Unsubscribe } from '../message-bus.js';
import { BusUnreachable, DEFAULT_TIMEOUT_MS } from '../message-bus.js';
import { readEvent, readReply, readRequest } from './inbound.js';
import { PendingRequests } from './pending-requests.js';
import { splitReply } from './reply-parts.js';

const QUEUE = 'cupola';

export interface NatsBusOptions extends BusOptions {
  /** Shown in the server's list of connections. */
  name?: string;
  /** How long `close` waits for answers that are being worked on; default as long as a request waits. */
  closeWithinMs?: number;
}

/**
 * Bus over a NATS server, e.g. `nats://127.0.0.1:4222`, with a user and password or a token in the address where the server wants one.
 * Rejects with BusUnreachable when the server cannot be reached now; later losses of the connection are repaired by reconnecting for ever,
 * and requests meanwhile end at once as BusUnreachable.
 */
export async function connectNatsBus(url: string, options: NatsBusOptions = {}): Promise<MessageBus> {
  const address = { servers: withoutPassword(url), ...credentialsOf(url) };
  const connection = await connect({ ...address, name: options.name, maxReconnectAttempts: -1, reconnectTimeWait: 500, pingInterval: 10_000 }).catch((error: unknown) => {
    throw new BusUnreachable(`No NATS server lets this program in at ${address.servers}.`, { cause: error });
  });
  return new NatsBus(connection, options.onFault ?? warnOfFault, options.closeWithinMs ?? DEFAULT_TIMEOUT_MS);
}

/** The transport does not look for credentials inside an address: `nats://user:password@host` or `nats://token@host`. */
function credentialsOf(url: string): { user: string; pass: string } | { token: string } | object {
  const { username = '', password = '' } = URL.parse(url) ?? {};
  if (username === '') return {};
  return password === '' ? { token: decodeURIComponent(username) } : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
}

/** Also for messages. */
function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}

class NatsBus implements MessageBus {
  readonly #requests: PendingRequests;
  readonly #answering = new Set<Promise<void>>();
  readonly #answers = new Set<Subscription>();
  #isConnected = true;

  constructor(
    private readonly connection: NatsConnection,
    private readonly report: FaultReporter,
    private readonly closeWithinMs: number,
  ) {
    this.#requests = new PendingRequests(connection);
    void this.#watchConnection();
  }

  publish<S extends EventSubject>(subject: S, event: EventOf<S>): void {
    // While the server is away an event is dropped: it is a hint, and a late hint misleads.
    if (!this.#isConnected || this.connection.isClosed()) return;
    const bytes = encode(event);
    if (bytes.length > this.#maxPayload) this.report(new Error('event too large for the bus'), subject);
    else this.connection.publish(subject, bytes);
  }

  async subscribe<S extends EventSubject>(subject: S, handler: (event: EventOf<S>) => void | Promise<void>): Promise<Unsubscribe> {
    const receive = async (message: Msg): Promise<void> => {
      try {
        await handler(readEvent(subject, message.data) as EventOf<S>);
      } catch (fault) {
        this.report(fault, subject);
      }
    };
    return this.#open(this.connection.subscribe(subject, { callback: (error, message) => void (error === null && receive(message)) }));
  }

  async request<S extends RequestSubject>(subject: S, body: RequestOf<S>, options: RequestOptions = {}): Promise<ReplyOf<S>> {
    const address = subjectFor(subject, options.to);
    // The library would keep the request and send it after a reconnect, long after its caller gave up.
    if (!this.#isConnected || this.connection.isClosed()) throw new BusUnreachable(`no connection to the bus for ${address}`);
    const bytes = encode(body);
    if (bytes.length > this.#maxPayload) throw new DomainError('PAYLOAD_TOO_LARGE', `${address}: ${bytes.length} bytes do not fit the bus`);
    const reply = await this.#requests.send(address, bytes, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    if (reply.refused) throw errorOf(readRefusal(reply.bytes, address));
    return readReply(subject, reply.bytes) as ReplyOf<S>;
  }

  async answer<S extends RequestSubject>(
    subject: S,
    handler: (body: RequestOf<S>) => Promise<ReplyOf<S>>,
    options: { at?: string | number } = {},
  ): Promise<Unsubscribe> {
    const respond = async (message: Msg): Promise<void> => {
      const { bytes, refused } = await this.#carryOut(subject, handler, message);
      for (const part of splitReply(bytes, refused, this.#maxPayload)) message.respond(part.bytes, { headers: part.headers });
    };
    const receive = (message: Msg): void => {
      const task = respond(message)
        .catch((fault: unknown) => this.report(fault, subject))
        .finally(() => this.#answering.delete(task));
      this.#answering.add(task);
    };
    const subscription = this.connection.subscribe(subjectFor(subject, options.at), {
      queue: QUEUE,
      callback: (error, message) => void (error === null && receive(message)),
    });
    this.#answers.add(subscription);
    return this.#open(subscription);
  }

  async flush(): Promise<void> {
    await this.connection.flush();
  }

  async close(): Promise<void> {
    if (this.connection.isClosed()) return;
    for (const subscription of this.#answers) subscription.unsubscribe();
    // Requests that were taken are answered first; nobody waits for one that takes longer.
    const tooLate = new AbortController();
    await Promise.race([Promise.all(this.#answering), delay(this.closeWithinMs, undefined, { signal: tooLate.signal }).catch(() => undefined)]);
    tooLate.abort();
    this.#requests.close();
    if (this.#isConnected) await this.connection.drain();
    else await this.connection.close();
  }

  get #maxPayload(): number {
    return this.connection.info?.max_payload ?? 1024 * 1024;
  }

  async #carryOut<S extends RequestSubject>(
    subject: S,
    handler: (body: RequestOf<S>) => Promise<ReplyOf<S>>,
    message: Msg,
  ): Promise<{ bytes: Uint8Array; refused: boolean }> {
    try {
      return { bytes: encode(await handler(readRequest(subject, message.data) as RequestOf<S>)), refused: false };
    } catch (thrown) {
      return { bytes: encode(refusalOf(thrown, message.subject, this.report)), refused: true };
    }
  }

  /** The subscription counts once the server knows it: a request sent right after must find its answerer. */
  async #open(subscription: Subscription): Promise<Unsubscribe> {
    await this.connection.flush();
    return () => {
      this.#answers.delete(subscription);
      if (!this.connection.isClosed()) subscription.unsubscribe();
      return Promise.resolve();
    };
  }

  async #watchConnection(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'disconnect') this.#isConnected = false;
      if (status.type === 'reconnect') this.#isConnected = true;
      if (status.type === 'error') this.report(status.error, 'connection');
    }
  }
}

function encode(message: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(message), 'utf8');
}

function readRefusal(bytes: Uint8Array, address: string): CarriedRefusal {
  const result = refusal.loose().safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  return result.success ? result.data : { code: 'INTERNAL', detail: `${address} was refused without a reason` };
}
