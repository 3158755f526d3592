import { notifyFrame, SUBPROTOCOL, TICKET_PROTOCOL_PREFIX, type DeviceFrame, type DocumentNotice, type Hello, type SlotSet, type Welcome } from '@cupola/contracts';
import { waitFor } from '@cupola/testing';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { WebSocketServer, type WebSocket } from 'ws';

export const DEVICE_ID = 'a3c1f0de-1111-4222-8333-444455556666';
export const RETRY = { minMs: 5, rangeMs: 10, doublings: 1, maxMs: 50 };

/** One session as the script sees it: what came in, and what it answers. */
export class ScriptedSession {
  readonly frames: unknown[][] = [];

  constructor(
    readonly socket: WebSocket,
    private readonly script: ScriptedGateway,
  ) {
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString('utf8')) as unknown[];
      this.frames.push(frame);
      this.#answer(frame);
    });
  }

  get hello(): Hello {
    return this.frames[0]?.[1] as Hello;
  }

  of(kind: number): unknown[][] {
    return this.frames.filter((frame) => frame[0] === kind);
  }

  send(frame: DeviceFrame): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** Sends a CALL and gives the RESULT or ERROR frame. */
  async call(action: string, payload: unknown, options: { key?: string; ttlMs?: number; sentAt?: number } = {}): Promise<unknown[]> {
    const id = randomUUID();
    const { key = id, ttlMs = 5000, sentAt = this.script.now() } = options;
    this.send([3, id, action, payload, { ttlMs, key, sentAt }]);
    return waitFor(() => this.frames.find((frame) => (frame[0] === 4 || frame[0] === 5) && frame[1] === id));
  }

  welcome(over: Partial<Welcome> = {}): void {
    this.send([2, { ...this.script.welcomeOf(this.hello), ...over }]);
  }

  /** Answers `slots.pull` with a set as a document; `over` is what NOTIFY says wrongly, null: none is sent. */
  announce(call: unknown[], set: SlotSet, over: Partial<DocumentNotice> | null = {}): void {
    const text = JSON.stringify(set);
    const ref = randomUUID();
    this.script.documents.set(ref, text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    if (over !== null) this.send(notifyFrame({ topic: 'slots', ref, rev: set.rev, size: Buffer.byteLength(text), sha256, ...over }));
    this.send([4, call[1] as string, { rev: set.rev, ref }]);
  }

  #answer(frame: unknown[]): void {
    if (frame[0] === 1 && this.script.welcomes) this.welcome(this.script.welcomeOver);
    if (frame[0] === 9 && this.script.answersPings) this.send([10, frame[1] as number, frame[2] as number, this.script.now()]);
    if ((frame[0] === 6 || frame[0] === 8) && this.script.acknowledges) this.send([7, frame[1] as string, frame[2] as number, this.script.credits]);
    const answer = this.script.answers[frame[2] as string];
    if (frame[0] === 3 && answer !== undefined) answer(this, frame);
    else if (frame[0] === 3 && this.script.answersCalls) this.send([4, frame[1] as string, {}]);
  }
}

/** A gateway that says what a spec wants it to say, on real sockets. */
export class ScriptedGateway {
  readonly sessions: ScriptedSession[] = [];
  readonly tickets: { authorization: string | undefined; body: unknown }[] = [];
  readonly uploads: unknown[] = [];
  /** Texts by their ref, each to be fetched once. */
  readonly documents = new Map<string, string>();
  readonly fetched: { ref: string; authorization: string | undefined }[] = [];
  giveDocument = (response: ServerResponse, text: string): void => void response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  ticketAnswer: { status: number; headers?: Record<string, string> } = { status: 201 };
  /** Secrets that are taken; null: any. */
  secrets: readonly string[] | null = null;
  upgradeAnswer: { status: number; headers?: Record<string, string> } | null = null;
  welcomes = true;
  welcomeOver: Partial<Welcome> = {};
  answersPings = true;
  answersCalls = true;
  /** What single actions are answered with, instead of `{}`. */
  answers: Record<string, (session: ScriptedSession, call: unknown[]) => void> = {};
  acknowledges = false;
  credits = 8;
  acked: Record<string, number> = {};
  heartbeatMs = 30_000;
  now: () => number = () => Date.now();
  #server: Server | null = null;
  readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL });

  get url(): string {
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}`;
  }

  get last(): ScriptedSession {
    const session = this.sessions.at(-1);
    if (session === undefined) throw new Error('no session yet');
    return session;
  }

  async listen(port = 0): Promise<this> {
    this.#server = createServer((request, response) => void this.#http(request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.upgradeAnswer !== null) {
        const headers = Object.entries(this.upgradeAnswer.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.end(`HTTP/1.1 ${this.upgradeAnswer.status} No\r\n${headers.join('')}Content-Length: 0\r\nConnection: close\r\n\r\n`);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.sessions.push(new ScriptedSession(opened, this)));
    });
    await new Promise<void>((resolve) => this.#server?.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server?.address() as AddressInfo).port;
  }

  connections(): Promise<number> {
    return new Promise((resolve) => this.#server?.getConnections((_, count) => resolve(count)));
  }

  async session(count: number): Promise<ScriptedSession> {
    return waitFor(() => this.sessions[count - 1]);
  }

  /** Kills every connection, as kill -9 of the gateway would. */
  async kill(): Promise<void> {
    for (const { socket } of this.sessions) socket.terminate();
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.#server === null ? resolve() : this.#server.close(() => resolve())));
  }

  welcomeOf(hello: Hello): Welcome {
    return {
      status: 'accepted',
      sessionId: randomUUID(),
      epoch: this.sessions.length,
      serverTime: this.now(),
      heartbeatMs: this.heartbeatMs,
      acked: Object.fromEntries(hello.streams.map(({ id }) => [id, this.acked[id] ?? 0])),
      credits: this.credits,
      points: { rev: '', wanted: false },
      limits: { maxFrameBytes: 65_536, maxRowsPerFrame: 1000, maxPoints: 10_000 },
      desiredRev: 0,
      retry: RETRY,
    };
  }

  async #http(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') return this.#document(request, response);
    const body = await json(request);
    if (request.url === '/device/v1/enrol') return this.#reply(response, 200, { deviceId: DEVICE_ID, secret: token() });
    if (request.url === '/device/v1/points') {
      this.uploads.push(body);
      return this.#reply(response, 200, { pointsRev: 'f'.repeat(64), accepted: 1, quarantined: [{ key: 'temp', reason: 'another unit' }] });
    }
    this.tickets.push({ authorization: request.headers.authorization, body });
    const [, secret] = Buffer.from(request.headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString().split(':');
    const { status, headers = {} } = this.secrets?.includes(secret ?? '') === false ? { status: 401 } : this.ticketAnswer;
    if (status !== 201) return this.#reply(response, status, { code: 'CREDENTIAL_REFUSED', title: 'no', detail: 'no', status, type: 'about:blank' }, headers);
    const url = `${this.url.replace('http', 'ws')}/device/v1/session`;
    this.#reply(response, 201, { ticket: token(), ttlMs: 30_000, url, subprotocol: SUBPROTOCOL, serverTime: this.now(), retry: RETRY });
  }

  #document({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    const ref = url.slice('/device/v1/documents/'.length);
    const text = this.documents.get(ref);
    this.fetched.push({ ref, authorization: headers.authorization });
    if (text === undefined) return this.#reply(response, 401, { code: 'TICKET_REFUSED', detail: 'used' });
    this.documents.delete(ref);
    this.giveDocument(response, text);
  }

  #reply(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }
}

export const TICKET_PATTERN = new RegExp(`^${SUBPROTOCOL}, ?${TICKET_PROTOCOL_PREFIX}[A-Za-z0-9_-]{43}$`);

function token(): string {
  return randomBytes(32).toString('base64url');
}
