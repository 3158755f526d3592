import { LIVE_PATH } from '@cupola/contracts';
import { Logger } from '@nestjs/common';
import { type OnGatewayConnection, type OnGatewayDisconnect, type OnGatewayInit, WebSocketGateway } from '@nestjs/websockets';
import type { Server } from 'socket.io';
import { Clock } from '../clock.js';
import { ConsoleDoor } from './console-door.js';
import { ConsoleSocket, type LiveAnswer } from './console-socket.js';
import { ConsoleSockets } from './console-sockets.js';
import { LIVE_EVENTS, type LiveEvent } from './live-events.js';
import { refusalOf } from './refusal.js';
import type { LiveSocket } from './subscription.js';
import { Topics } from './topics.js';

const OPTIONS = {
  path: LIVE_PATH,
  transports: ['websocket' as const],
  allowUpgrades: false,
  serveClient: false,
  perMessageDeflate: false,
  // The largest thing that a console says is a subscription.
  maxHttpBufferSize: 8 * 1024,
  connectTimeout: 5_000,
  pingInterval: 10_000,
  pingTimeout: 10_000,
};

type Handler = (console: ConsoleSocket, body: unknown) => Promise<unknown> | unknown;

/** The one socket.io endpoint: consoles watch here, they never command. */
@WebSocketGateway(OPTIONS)
export class LiveGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
  readonly #logger = new Logger('Live');
  readonly #handlers: Record<LiveEvent, Handler> = {
    subscribe: async (console, body): Promise<LiveAnswer> => {
      await console.subscribe(body);
      return { ok: true };
    },
    unsubscribe: (console, body): LiveAnswer => {
      console.unsubscribe(body);
      return { ok: true };
    },
    echo: () => this.clock.now(),
  };

  constructor(
    private readonly door: ConsoleDoor,
    private readonly sockets: ConsoleSockets,
    private readonly topics: Topics,
    private readonly clock: Clock,
  ) {}

  afterInit(server: Server): void {
    this.door.guard(server);
  }

  handleConnection(socket: LiveSocket): void {
    const actor = this.door.actorOf(socket);
    // Nest runs no guard here: who has no actor got past no door.
    if (!actor) return void socket.disconnect(true);
    const console = new ConsoleSocket(socket, actor, (topic, subscription) => this.topics.open(topic, subscription));
    this.sockets.add(console);
    for (const event of Object.keys(LIVE_EVENTS) as LiveEvent[]) {
      socket.on(event, (body: unknown, reply: unknown) => void this.#handle(event, console, body, reply));
    }
    socket.emit('welcome', { epoch: console.epoch, serverTime: this.clock.now() });
  }

  handleDisconnect(socket: LiveSocket): void {
    this.sockets.remove(socket.id);
  }

  async #handle(event: LiveEvent, console: ConsoleSocket, body: unknown, reply: unknown): Promise<void> {
    const answer = await this.#answer(event, console, body);
    // A client that wants no answer gets none.
    const acknowledge = typeof body === 'function' ? body : reply;
    if (typeof acknowledge === 'function') acknowledge(answer);
  }

  async #answer(event: LiveEvent, console: ConsoleSocket, body: unknown): Promise<unknown> {
    try {
      console.spend();
      return await this.#handlers[event](console, body);
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) this.#logger.error(`${event} failed`, error);
      return { ok: false, error: refusal ?? { code: 'INTERNAL', detail: 'This failed in the server.' } };
    }
  }
}
