import { FRAME } from '@cupola/contracts';
import { once } from 'node:events';
import { io } from 'socket.io-client';
import WebSocket from 'ws';
import type { Arrivals } from './arrivals.js';
import { connected } from './console-socket.js';
import type { RelayAddresses } from './relay-addresses.js';

/** From controllers' sockets through the relay to one console's socket; the frames are those that the product gets. */
export class RelayRoute {
  #seq = 0;

  private constructor(private readonly controllers: readonly WebSocket[]) {}

  static async open({ controllers, consoles }: RelayAddresses, count: number, arrivals: Arrivals): Promise<RelayRoute> {
    const console = io(consoles, { transports: ['websocket'], reconnection: false });
    console.on('delta', ([, , , , , rows]: [number, string, number, number, number, [number, number][]]) => rows.forEach(([, value]) => arrivals.arrived(value)));
    console.on('disconnect', (reason) => arrivals.fail(new Error(`the relay's console was disconnected: ${reason}`)));
    const sockets = Array.from({ length: count }, () => new WebSocket(controllers, { perMessageDeflate: false }));
    await Promise.all([connected(console), ...sockets.map((socket) => once(socket, 'open'))]);
    return new RelayRoute(sockets);
  }

  send(index: number, value: number): void {
    this.#seq += 1;
    this.controllers[index % this.controllers.length]?.send(JSON.stringify([FRAME.data, 'main', this.#seq, 0, Date.now(), [[0, value, 0, 0]]]));
  }
}
