import type { LiveSocket } from '../app/live/open-socket';

type Handler = (...args: never[]) => void;

/** The browser's end of a live connection, with the server's end in the hands of a test. */
export class FakeSocket {
  connected = true;
  readonly sent: { event: string; body: unknown; reply: (answer: unknown) => void }[] = [];
  private readonly handlers = new Map<string, Handler>();

  constructor(readonly ticket: string) {}

  on(event: string, handler: Handler): this {
    this.handlers.set(event, handler);
    return this;
  }

  emit(event: string, body: unknown, reply: (answer: unknown) => void): this {
    this.sent.push({ event, body, reply });
    return this;
  }

  removeAllListeners(): this {
    this.handlers.clear();
    return this;
  }

  disconnect(): this {
    if (!this.connected) return this;
    this.connected = false;
    this.receive('disconnect', 'io client disconnect');
    return this;
  }

  /** The server, or the network, does something. */
  receive(event: string, ...args: unknown[]): void {
    if (event === 'disconnect') this.connected = false;
    (this.handlers.get(event) as ((...args: unknown[]) => void) | undefined)?.(...args);
  }

  /** Subscriptions that were asked for, in their order. */
  subscriptions(): { id: string; topic: string }[] {
    return this.sent.filter(({ event }) => event === 'subscribe').map(({ body }) => body as { id: string; topic: string });
  }

  asLiveSocket(): LiveSocket {
    return this as unknown as LiveSocket;
  }
}
