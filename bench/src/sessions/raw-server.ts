import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { serveParent } from '../serve-parent.js';

/** The raw twin: `ws` as the gateway sets it up, which answers PING and does nothing else. */
serveParent<object>(async (): Promise<string> => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, maxPayload: 65_536, clientTracking: false });
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const [, number, time] = JSON.parse(data.toString()) as number[];
      socket.send(JSON.stringify([10, number, time, Date.now()]));
    });
  });
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
