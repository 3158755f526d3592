import { InjectionToken } from '@angular/core';
import type { ClientToServer, ServerToClient } from '@cupola/contracts';
import type { Socket } from 'socket.io-client';

export type LiveSocket = Socket<ServerToClient, ClientToServer>;

const LIVE_PATH = '/live';

/** Opens one connection with a single-use ticket. It never reconnects by itself: a ticket opens one connection only. */
export const OPEN_SOCKET = new InjectionToken<(ticket: string) => Promise<LiveSocket>>('open socket', {
  factory: () => async (ticket) => {
    const { io } = await import('socket.io-client');
    return io({ path: LIVE_PATH, transports: ['websocket'], reconnection: false, forceNew: true, auth: { ticket } });
  },
});
