import { connect, type Socket } from 'node:net';

export interface WelcomeRetry {
  minMs: number;
  rangeMs: number;
  doublings: number;
  maxMs: number;
}

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const TEXT = 0x81;
const CLOSE = 0x88;

/** A WebSocket without a library: ten thousand of them fit into one load generator. It reads whole short frames and answers PING. */
export class LeanSession {
  retry: WelcomeRetry | null = null;
  #rest: Buffer = Buffer.alloc(0);
  #isOpen = false;
  #onOpen: () => void = () => undefined;
  #onWelcome: () => void = () => undefined;
  #onNoWelcome: (error: Error) => void = () => undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly onEnd: () => void,
  ) {}

  /** Resolves at 101. `onEnd` is called once, when the socket is gone. */
  static open(address: string, protocols: string | null, onEnd: () => void = () => undefined): Promise<LeanSession> {
    const { hostname, port, pathname } = new URL(address);
    const offers = protocols === null ? '' : `Sec-WebSocket-Protocol: ${protocols}\r\n`;
    const request = `GET ${pathname} HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n${offers}\r\n`;
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true }, () => socket.write(request));
      const session = new LeanSession(socket, onEnd);
      session.#onOpen = () => resolve(session);
      socket.on('data', (chunk: Buffer) => session.#read(chunk));
      // 'close' follows.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        session.#onNoWelcome(new Error('ended before WELCOME'));
        if (session.#isOpen) session.onEnd();
        else reject(new Error(`not opened: ${session.#rest.toString('latin1').split('\r\n')[0] ?? ''}`));
      });
    });
  }

  /** Says HELLO; resolves with WELCOME, rejects when the session ends without one. */
  hello(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onWelcome = resolve;
      this.#onNoWelcome = reject;
      this.say(text);
    });
  }

  say(text: string): void {
    const body = Buffer.from(text);
    const head = Buffer.alloc(body.length < 126 ? 6 : 8);
    head[0] = TEXT;
    head[1] = 0x80 | (body.length < 126 ? body.length : 126);
    if (body.length >= 126) head.writeUInt16BE(body.length, 2);
    // The mask is four zeros.
    this.socket.write(Buffer.concat([head, body]));
  }

  close(): void {
    this.socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#isOpen) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end === -1 || this.#rest.subarray(9, 12).toString() !== '101') return;
      this.#isOpen = true;
      this.#rest = this.#rest.subarray(end + 4);
      this.#onOpen();
    }
    for (let size = this.#take(); size > 0; size = this.#take()) this.#rest = this.#rest.subarray(size);
    // A slice would keep the whole chunk that it came in.
    this.#rest = this.#rest.length === 0 ? Buffer.alloc(0) : Buffer.from(this.#rest);
  }

  #take(): number {
    const [first, short] = this.#rest;
    if (first === undefined || short === undefined) return 0;
    const head = short === 126 ? 4 : 2;
    if (this.#rest.length < head) return 0;
    const length = short === 126 ? this.#rest.readUInt16BE(2) : short;
    if (this.#rest.length < head + length) return 0;
    if (first === TEXT) this.#hear(this.#rest.subarray(head, head + length).toString());
    if (first === CLOSE) this.socket.destroy();
    return head + length;
  }

  #hear(text: string): void {
    if (text.startsWith('[9,')) {
      const [, number, time] = JSON.parse(text) as number[];
      this.say(JSON.stringify([10, number, time, Date.now()]));
    } else if (text.startsWith('[2,')) {
      const [, { retry }] = JSON.parse(text) as [number, { retry: WelcomeRetry }];
      this.retry = retry;
      this.#onWelcome();
    }
  }
}
