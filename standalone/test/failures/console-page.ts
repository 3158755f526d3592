import { type ClientToServer, LIVE_EPOCH_HEADER, LIVE_PATH, type ServerToClient } from '@cupola/contracts';
import { waitFor } from '@cupola/testing';
import { io, type Socket } from 'socket.io-client';
import { afterwards } from '../scene.js';

/** A person at a page of the console: logged in, connected, and gone when the server says so. */
export class ConsolePage {
  epoch = '';

  private constructor(
    readonly url: string,
    readonly token: string,
    readonly socket: Socket<ServerToClient, ClientToServer>,
  ) {
    socket.on('welcome', ({ epoch }) => (this.epoch = epoch));
  }

  static async open(url: string, username: string, password: string): Promise<ConsolePage> {
    const login = await fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json', origin: url }, body: JSON.stringify({ username, password }) });
    if (!login.ok) throw new Error(`the login was refused: ${login.status}`);
    const { accessToken } = (await login.json()) as { accessToken: string };
    const issued = await fetch(`${url}/api/v1/auth/tickets`, { method: 'POST', headers: { authorization: `Bearer ${accessToken}` } });
    const { ticket } = (await issued.json()) as { ticket: string };
    const options = { path: LIVE_PATH, transports: ['websocket'], reconnection: false, forceNew: true, auth: { ticket }, extraHeaders: { origin: url } };
    const page = new ConsolePage(url, accessToken, io(url, options));
    afterwards(() => page.socket.disconnect());
    await waitFor(() => page.epoch !== '');
    return page;
  }

  get isConnected(): boolean {
    return this.socket.connected;
  }

  /** What a click on a setpoint sends: with the connection that the values were seen on. */
  async override(pointId: string, value: number): Promise<{ status: number; body: { id: string; code?: string } }> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json', [LIVE_EPOCH_HEADER]: this.epoch };
    const body = JSON.stringify({ value, durationMs: 600_000, reason: 'too cold' });
    const answer = await fetch(`${this.url}/api/v1/points/${pointId}/overrides`, { method: 'POST', headers, body });
    return { status: answer.status, body: (await answer.json()) as { id: string; code?: string } };
  }
}
