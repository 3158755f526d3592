import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { vi } from 'vitest';

/** A bare TCP connection to the gateway: for everything that a WebSocket client would not send. */
export class Raw {
  #received = Buffer.alloc(0);
  #isEnded = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => (this.#received = Buffer.concat([this.#received, chunk])));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.#isEnded = true));
  }

  static async open(url: string): Promise<Raw> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Raw(socket);
  }

  get text(): string {
    return this.#received.toString('latin1');
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Status of the answer. */
  async status(timeout = 30_000): Promise<number> {
    return vi.waitFor(
      () => {
        const found = /^HTTP\/1\.1 (\d{3})/.exec(this.text);
        if (found === null) throw new Error(`no status line in ${JSON.stringify(this.text)}, ended: ${this.#isEnded}`);
        return Number(found[1]);
      },
      { timeout, interval: 5 },
    );
  }

  async ended(timeout = 30_000): Promise<void> {
    await vi.waitFor(() => expectTrue(this.#isEnded), { timeout, interval: 5 });
  }

  /** Code of the close frame that came. */
  async closeCode(timeout = 30_000): Promise<number> {
    return vi.waitFor(
      () => {
        const code = closeCodeIn(this.#received);
        if (code === null) throw new Error('no close frame');
        return code;
      },
      { timeout, interval: 5 },
    );
  }
}

export interface UpgradeLines {
  path?: string;
  version?: string;
  method?: string;
  /** Replaces the header of the same name; null leaves it out; several values give several lines. */
  headers?: Record<string, string | string[] | null>;
}

/** Text of an upgrade request, correct but for what is replaced. */
export function upgradeText(ticket: string, { path = '/device/v1/session', version = '1.1', method = 'GET', headers = {} }: UpgradeLines = {}): string {
  const all: Record<string, string | string[] | null> = {
    Host: 'gateway',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': `cupola.v1.json, ticket.${ticket}`,
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [value].flat().map((each) => `${name}: ${each}`)));
  return `${method} ${path} HTTP/${version}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** One WebSocket frame as bytes, masked unless said otherwise. `length` declares another length than the payload has. */
export function frameBytes(payload: string | Buffer, options: { first?: number; isMasked?: boolean; length?: bigint } = {}): Buffer {
  const body = Buffer.from(payload);
  const { first = 0x81, isMasked = true, length = BigInt(body.length) } = options;
  const mask = isMasked ? 0x80 : 0;
  const head = length < 126n ? Buffer.from([first, mask | Number(length)]) : longHead(first, mask, length);
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([head, Buffer.alloc(isMasked ? 4 : 0), body]);
}

function longHead(first: number, mask: number, length: bigint): Buffer {
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = mask | 127;
  head.writeBigUInt64BE(length, 2);
  return head;
}

function closeCodeIn(received: Buffer): number | null {
  const start = received.indexOf('\r\n\r\n');
  for (let at = start + 4; start !== -1 && at + 1 < received.length; ) {
    const short = received[at + 1]! & 0x7f;
    const head = short === 126 ? 4 : 2;
    const length = short === 126 ? received.readUInt16BE(at + 2) : short;
    if (received[at] === 0x88) return received.readUInt16BE(at + head);
    at += head + length;
  }
  return null;
}

function expectTrue(value: boolean): void {
  if (!value) throw new Error('not yet');
}
