import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { createInbox } from '@nats-io/transport-node';
import { BusTimeout, BusUnreachable } from '../message-bus.js';
import { ReplyAssembly } from './reply-parts.js';

const NO_RESPONDERS = 503;

interface Pending {
  address: string;
  assembly: ReplyAssembly;
  timer: NodeJS.Timeout;
  resolve(reply: { bytes: Uint8Array; refused: boolean }): void;
  reject(error: Error): void;
}

/** Requests under way: one wildcard inbox, answers matched by token. The library's own `request` takes one message per answer only. */
export class PendingRequests {
  readonly #inbox = createInbox();
  readonly #pending = new Map<string, Pending>();
  readonly #subscription: Subscription;
  #count = 0;

  constructor(private readonly connection: NatsConnection) {
    this.#subscription = connection.subscribe(`${this.#inbox}.*`, { callback: (error, message) => this.#receive(error, message) });
  }

  send(address: string, bytes: Uint8Array, timeoutMs: number): Promise<{ bytes: Uint8Array; refused: boolean }> {
    return new Promise((resolve, reject) => {
      const token = String((this.#count += 1));
      const late = (): void => this.#settle(token)?.reject(new BusTimeout(`no answer to ${address} within ${timeoutMs} ms`));
      this.#pending.set(token, { address, assembly: new ReplyAssembly(), timer: setTimeout(late, timeoutMs), resolve, reject });
      this.connection.publish(address, bytes, { reply: `${this.#inbox}.${token}` });
    });
  }

  close(): void {
    this.#subscription.unsubscribe();
    for (const token of [...this.#pending.keys()]) {
      this.#settle(token)?.reject(new BusTimeout('the bus was closed before the answer came'));
    }
  }

  #settle(token: string): Pending | undefined {
    const pending = this.#pending.get(token);
    clearTimeout(pending?.timer);
    this.#pending.delete(token);
    return pending;
  }

  #receive(error: Error | null, message: Msg): void {
    if (error !== null) return;
    const token = message.subject.slice(this.#inbox.length + 1);
    const pending = this.#pending.get(token);
    if (pending === undefined) return;
    if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS) {
      this.#settle(token)?.reject(new BusUnreachable(`nobody answers ${pending.address}`));
      return;
    }
    try {
      const whole = pending.assembly.add(message.data, message.headers);
      if (whole !== null) this.#settle(token)?.resolve(whole);
    } catch (fault) {
      // Parts were lost on the way: the request was carried out, its outcome is not known here.
      this.#settle(token)?.reject(new BusTimeout(`the answer to ${pending.address} is incomplete`, { cause: fault }));
    }
  }
}
