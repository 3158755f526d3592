import { type ClientToServer, LIVE_PATH, type ServerToClient } from '@cupola/contracts';
import { io, type Socket } from 'socket.io-client';
import type { RestSession } from './rest-session.js';

/** A console as the product sees it: a ticket, one socket, and subscriptions whose numbers must have no gap. */
export class ConsoleSocket {
  readonly #topics = new Map<string, { seq: number; changed: (data: unknown) => void }>();

  private constructor(
    private readonly socket: Socket<ServerToClient, ClientToServer>,
    fail: (error: Error) => void,
  ) {
    socket.on('snapshot', ({ id, seq }) => {
      const topic = this.#topics.get(id);
      if (topic) topic.seq = seq;
    });
    socket.on('delta', ({ id, prev, seq, data }) => {
      const topic = this.#topics.get(id);
      if (!topic) return;
      if (prev !== topic.seq) fail(new Error(`${id}: ${prev} follows ${topic.seq}, something was missed`));
      topic.seq = seq;
      topic.changed(data);
    });
    socket.on('resync', ({ id, reason }) => fail(new Error(`${id} has to start again: ${reason}`)));
    socket.on('disconnect', (reason) => fail(new Error(`the console was disconnected: ${reason}`)));
  }

  static async connect(rest: RestSession, fail: (error: Error) => void): Promise<ConsoleSocket> {
    const { ticket } = await rest.post<{ ticket: string }>('/auth/tickets');
    const options = { path: LIVE_PATH, transports: ['websocket'], reconnection: false, forceNew: true };
    const socket: Socket<ServerToClient, ClientToServer> = io(rest.url, { ...options, auth: { ticket }, extraHeaders: { origin: rest.url } });
    const console = new ConsoleSocket(socket, fail);
    await connected(socket);
    return console;
  }

  /** Resolves once the snapshot is there; `changed` gets the data of each delta after it. */
  async watch(topic: string, changed: (data: unknown) => void): Promise<void> {
    this.#topics.set(topic, { seq: 0, changed });
    const answer = (await this.socket.emitWithAck('subscribe', { id: topic, topic })) as { ok: boolean };
    if (!answer.ok) throw new Error(`${topic} was refused: ${JSON.stringify(answer)}`);
  }
}

export function connected(socket: Pick<Socket, 'once'>): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
}
