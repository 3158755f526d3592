import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import { serveParent } from '../serve-parent.js';
import type { RelayAddresses } from './relay-addresses.js';

/** The raw twin: what comes in over ws goes out over socket.io, nothing is checked, stored or gathered. In a process of its own, as the product is. */
async function startRelay(): Promise<RelayAddresses> {
  const http = createServer().listen(0, '127.0.0.1');
  const consoles = new Server(http, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
  const controllers = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await Promise.all([once(http, 'listening'), once(controllers, 'listening')]);
  controllers.on('connection', (socket) => socket.on('message', (data: Buffer) => consoles.emit('delta', JSON.parse(data.toString()))));
  return { controllers: `ws://127.0.0.1:${port(controllers)}`, consoles: `http://127.0.0.1:${port(http)}` };
}

function port(server: { address(): string | AddressInfo | null }): number {
  return (server.address() as AddressInfo).port;
}

serveParent<object>(startRelay);
