import { connect, type Socket } from 'node:net';
import { FRAME } from '@cupola/contracts';
import { waitFor } from '@cupola/testing';
import type { Box } from './house.js';

type Frame = [kind: number, ...unknown[]];

/** A controller written by somebody else, down to the bytes: it can fall silent, stop reading or vanish in the middle of anything. */
export class WiredController {
  readonly frames: Frame[] = [];
  closeCode: number | null = null;
  isGone = false;
  #received = Buffer.alloc(0);
  #isOpen = false;

  private constructor(
    readonly socket: Socket,
    private readonly box: Box,
  ) {
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    // Whoever waits for it sees `isGone`.
    socket.on('error', () => undefined);
    socket.on('close', () => (this.isGone = true));
  }

  /** A ticket, and a session that said nothing yet. */
  static async open(gateway: string, box: Box): Promise<WiredController> {
    return WiredController.with(gateway, box, await ticketFor(gateway, box));
  }

  static async with(gateway: string, box: Box, ticket: string): Promise<WiredController> {
    const { hostname, port } = new URL(gateway);
    const wired = new WiredController(connect(Number(port), hostname), box);
    const lines = ['GET /device/v1/session HTTP/1.1', 'Host: gateway', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    wired.socket.write([...lines, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', `Sec-WebSocket-Protocol: cupola.v1.json, ticket.${ticket}`, '', ''].join('\r\n'));
    await waitFor(() => wired.#isOpen || wired.isGone);
    if (!wired.#isOpen) throw new Error('the session was not opened');
    return wired;
  }

  /** HELLO with the box's sensor alone; resolves with WELCOME. */
  async hello(streams = [{ id: 'live', oldest: 1, next: 1 }]): Promise<{ status: string; acked: Record<string, number> }> {
    const { key, unit } = this.box.sensor;
    const points = [{ alias: 0, key, kind: 'analog', ...(unit === null ? {} : { unit }) }];
    const clock = { now: Date.now(), source: 'ntp', uptimeMs: 1_000 };
    this.send([FRAME.hello, { deviceId: this.box.id, bootId: 'boot', firmware: '1', model: 'wired', points, streams, subdevices: [], clock, caps: {} }]);
    return (await this.next(FRAME.welcome))[1] as { status: string; acked: Record<string, number> };
  }

  send(frame: Frame): void {
    const body = Buffer.from(JSON.stringify(frame));
    const head = Buffer.alloc(body.length < 126 ? 2 : 4);
    head[0] = 0x81;
    head[1] = 0x80 | (body.length < 126 ? body.length : 126);
    if (body.length >= 126) head.writeUInt16BE(body.length, 2);
    // A mask of zeros leaves the payload as it is.
    this.socket.write(Buffer.concat([head, Buffer.alloc(4), body]));
  }

  data(seq: number, rows: readonly (readonly unknown[])[], baseTs = Date.now(), lane = 0): void {
    this.send([FRAME.data, 'live', seq, lane, baseTs, rows]);
  }

  next(kind: number): Promise<Frame> {
    return waitFor(() => this.frames.find((frame) => frame[0] === kind));
  }

  acked(seq: number): Promise<Frame> {
    return waitFor(() => this.frames.find((frame) => frame[0] === FRAME.ack && Number(frame[2]) >= seq));
  }

  /** The cable is pulled: neither side hears of it. */
  freeze(): void {
    this.socket.pause();
  }

  vanish(): void {
    this.socket.resetAndDestroy();
  }

  #read(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    if (!this.#isOpen) {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end === -1) return;
      this.#isOpen = this.#received.subarray(0, 12).toString().endsWith('101');
      this.#received = this.#received.subarray(end + 4);
    }
    for (let size = this.#take(); size > 0; size = this.#take()) this.#received = this.#received.subarray(size);
  }

  /** Reads one whole frame, if one is there; gives its length. */
  #take(): number {
    const [first, short] = this.#received;
    if (first === undefined || short === undefined) return 0;
    const head = short === 126 ? 4 : 2;
    if (this.#received.length < head) return 0;
    const length = short === 126 ? this.#received.readUInt16BE(2) : short;
    if (this.#received.length < head + length) return 0;
    const body = this.#received.subarray(head, head + length);
    if (first === 0x81) this.frames.push(JSON.parse(body.toString()) as Frame);
    if (first === 0x88) this.closeCode = body.readUInt16BE(0);
    return head + length;
  }
}

export async function ticketFor(gateway: string, box: Pick<Box, 'id' | 'secret'>, audience: 'session' | 'points' = 'session'): Promise<string> {
  const answer = await fetch(`${gateway}/device/v1/tickets`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${box.id}:${box.secret}`)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ protocols: ['cupola.v1.json'], bootId: 'boot', audience }),
  });
  if (answer.status !== 201) throw new Error(`no ticket: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { ticket: string }).ticket;
}
