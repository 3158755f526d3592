import type { ClientToServer, Refusal, ServerToClient } from '@cupola/contracts';
import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { vi } from 'vitest';
import type { ApiClient } from '../api-client.js';

type Messages = { [Event in 'snapshot' | 'delta' | 'resync']: Parameters<ServerToClient[Event]>[0][] };
export type Answer = { ok: true } | { ok: false; error: Refusal };

export interface ConnectOptions {
  ticket?: unknown;
  /** null sends none. */
  origin?: string | null;
  transports?: ('websocket' | 'polling')[];
}

/** A console as a spec sees it: everything that it was sent, in order. */
export class LiveClient {
  readonly messages: Messages = { snapshot: [], delta: [], resync: [] };
  epoch = '';

  private constructor(readonly socket: Socket<ServerToClient, ClientToServer>) {
    for (const event of ['snapshot', 'delta', 'resync'] as const) {
      socket.on(event, (message: never) => void this.messages[event].push(message));
    }
    socket.on('welcome', ({ epoch }) => (this.epoch = epoch));
  }

  /** Connects as the console does: with a fresh ticket and the page's origin. Rejects with the server's refusal. */
  static async connect(api: ApiClient, options: ConnectOptions = {}): Promise<LiveClient> {
    const ticket = 'ticket' in options ? options.ticket : await ticketOf(api);
    const origin = options.origin === undefined ? api.url : options.origin;
    const socket: Socket<ServerToClient, ClientToServer> = io(api.url, {
      ...{ path: '/live', transports: options.transports ?? ['websocket'], reconnection: false, forceNew: true },
      auth: { ticket },
      ...(origin === null ? {} : { extraHeaders: { origin } }),
    });
    const client = new LiveClient(socket);
    try {
      await new Promise<void>((connected, refused) => {
        socket.on('welcome', () => connected());
        socket.on('connect_error', refused);
        socket.on('disconnect', (reason) => refused(new Error(reason)));
      });
    } catch (error) {
      socket.disconnect();
      throw error;
    }
    return client;
  }

  get isConnected(): boolean {
    return this.socket.connected;
  }

  subscribe(topic: string, id: string = randomUUID(), since?: number): Promise<Answer & { id: string }> {
    const body = { id, topic, ...(since === undefined ? {} : { since }) };
    return new Promise((resolve) => this.socket.emit('subscribe', body, (answer) => resolve({ ...answer, id })));
  }

  /** Subscribes, and waits for the snapshot. */
  async watch<T>(topic: string): Promise<{ id: string; data: T }> {
    const { id, ...answer } = await this.subscribe(topic);
    if (!answer.ok) throw new Error(`${topic}: ${answer.error.code}`);
    return { id, data: this.snapshotOf(id) as T };
  }

  unsubscribe(id: string): Promise<Answer> {
    return new Promise((resolve) => this.socket.emit('unsubscribe', { id }, resolve));
  }

  snapshotOf(id: string): unknown {
    return this.messages.snapshot.find((message) => message.id === id)?.data;
  }

  deltasOf(id: string): Messages['delta'] {
    return this.messages.delta.filter((message) => message.id === id);
  }

  close(): void {
    this.socket.disconnect();
  }
}

export async function ticketOf(api: ApiClient): Promise<string> {
  return (await api.post<{ ticket: string }>('/api/v1/auth/tickets')).body.ticket;
}

export function eventually(assertion: () => unknown, timeout = 30_000): Promise<unknown> {
  return vi.waitFor(assertion, { timeout, interval: 20 });
}
