import type { EventOf, EventSubject, ReplyOf, RequestOf, RequestSubject } from '@cupola/contracts';
import { subjectFor } from '@cupola/contracts';
import type { BusOptions, FaultReporter } from './faults.js';
import { errorOf, refusalOf, warnOfFault } from './faults.js';
import type { MessageBus, RequestOptions, Unsubscribe } from './message-bus.js';
import { BusTimeout, BusUnreachable, DEFAULT_TIMEOUT_MS } from './message-bus.js';
import { copyPlain } from './plain-copy.js';

type Listener = (event: unknown) => void | Promise<void>;
type Answerer = (body: unknown) => Promise<unknown>;

/**
 * The bus of `standalone`: programs in one process. Every receiver gets its own copy of a message,
 * delivery is asynchronous and in order of publication, nothing is validated again (same process, same types).
 */
export function createInMemoryBus(options: BusOptions = {}): MessageBus {
  return new InMemoryBus(options.onFault ?? warnOfFault);
}

class InMemoryBus implements MessageBus {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #answerers = new Map<string, Answerer[]>();
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #report: FaultReporter;
  #turn = 0;
  #closed = false;

  constructor(report: FaultReporter) {
    this.#report = report;
  }

  publish<S extends EventSubject>(subject: S, event: EventOf<S>): void {
    if (this.#closed) return;
    for (const listener of this.#listeners.get(subject) ?? []) {
      const copy = copyPlain(event);
      queueMicrotask(() => {
        if (this.#listeners.get(subject)?.has(listener)) void this.#deliver(subject, listener, copy);
      });
    }
  }

  subscribe<S extends EventSubject>(subject: S, handler: (event: EventOf<S>) => void | Promise<void>): Promise<Unsubscribe> {
    // A listener of its own for each subscription: the same handler may subscribe twice.
    const listener: Listener = (event) => handler(event as EventOf<S>);
    const listeners = this.#listeners.get(subject) ?? new Set();
    this.#listeners.set(subject, listeners.add(listener));
    return Promise.resolve(() => {
      listeners.delete(listener);
      return Promise.resolve();
    });
  }

  async request<S extends RequestSubject>(subject: S, body: RequestOf<S>, options: RequestOptions = {}): Promise<ReplyOf<S>> {
    const address = subjectFor(subject, options.to);
    const answerers = this.#closed ? [] : (this.#answerers.get(address) ?? []);
    const answerer = answerers[(this.#turn += 1) % Math.max(1, answerers.length)];
    if (answerer === undefined) throw new BusUnreachable(`nobody answers ${address}`);
    const answer = this.#ask(address, answerer, copyPlain(body));
    return (await this.#inTime(address, answer, options.timeoutMs ?? DEFAULT_TIMEOUT_MS)) as ReplyOf<S>;
  }

  answer<S extends RequestSubject>(
    subject: S,
    handler: (body: RequestOf<S>) => Promise<ReplyOf<S>>,
    options: { at?: string | number } = {},
  ): Promise<Unsubscribe> {
    const address = subjectFor(subject, options.at);
    const answerer: Answerer = (body) => handler(body as RequestOf<S>);
    this.#answerers.set(address, [...(this.#answerers.get(address) ?? []), answerer]);
    return Promise.resolve(() => {
      const left = (this.#answerers.get(address) ?? []).filter((each) => each !== answerer);
      this.#answerers.set(address, left);
      return Promise.resolve();
    });
  }

  async flush(): Promise<void> {
    // Deliveries are microtasks queued before this one.
    await Promise.resolve();
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    this.#answerers.clear();
    for (const fail of this.#waiting) fail(new BusTimeout('the bus was closed before the answer came'));
    return Promise.resolve();
  }

  async #deliver(subject: string, listener: Listener, event: unknown): Promise<void> {
    try {
      await listener(event);
    } catch (fault) {
      this.#report(fault, subject);
    }
  }

  async #ask(address: string, answerer: Answerer, body: unknown): Promise<unknown> {
    await Promise.resolve();
    try {
      return copyPlain(await answerer(body));
    } catch (thrown) {
      throw errorOf(copyPlain(refusalOf(thrown, address, this.#report)));
    }
  }

  #inTime(address: string, answer: Promise<unknown>, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(fail);
      };
      const fail = (error: Error): void => {
        settle();
        reject(error);
      };
      const timer = setTimeout(() => fail(new BusTimeout(`no answer to ${address} within ${timeoutMs} ms`)), timeoutMs);
      this.#waiting.add(fail);
      answer.then((reply) => {
        settle();
        resolve(reply);
      }, fail);
    });
  }
}
