import { FRAME, SUBPROTOCOL, TICKET_PROTOCOL_PREFIX } from '@cupola/contracts';
import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import WebSocket from 'ws';

const PING_MS = 10_000;

/** What a controller answers to a call. */
export type OnCall = (action: string, payload: unknown) => unknown;

/** A controller reduced to what a load generator needs: a session, credits and acknowledgements. */
export class DeviceSession {
  #acked = 0;
  #credits = 0;
  #sent = 0;
  #wake: (() => void) | undefined;
  #failure: Error | undefined;
  #pings = 0;

  private constructor(
    private readonly socket: WebSocket,
    private readonly timer: NodeJS.Timeout,
    private readonly onCall: OnCall | undefined,
  ) {}

  static async open(gateway: string, device: { id: string; secret: string }, pointsRev: string, onCall?: OnCall): Promise<DeviceSession> {
    const bootId = randomUUID();
    const { url, ticket } = await ticketFor(gateway, device, bootId);
    const socket = new WebSocket(url, [SUBPROTOCOL, `${TICKET_PROTOCOL_PREFIX}${ticket}`], { perMessageDeflate: false });
    const timer = setInterval(() => socket.send(JSON.stringify([FRAME.ping, session.#pings++, Date.now()])), PING_MS);
    const session: DeviceSession = new DeviceSession(socket, timer, onCall);
    await new Promise<void>((welcomed, failed) => {
      socket.on('error', failed);
      socket.on('close', (code, reason) => failed(session.#fail(new Error(`the gateway closed with ${code} ${reason.toString()}`))));
      socket.on('open', () => socket.send(JSON.stringify([FRAME.hello, helloOf(device.id, bootId, pointsRev)])));
      socket.on('message', (data: Buffer) => session.#hear(JSON.parse(data.toString()) as [number, ...unknown[]], welcomed, failed));
    });
    return session;
  }

  /** Sends frames `from`..`to` within the credits; resolves when the last is acknowledged. */
  async send(from: number, to: number, textOf: (seq: number) => string, dueAt: (seq: number) => number): Promise<void> {
    for (let seq = from; seq <= to; seq += 1) {
      const wait = dueAt(seq) - performance.now();
      if (wait > 1) await after(wait);
      while (this.#sent - this.#acked >= this.#credits) await this.#change();
      this.socket.send(textOf(seq));
      this.#sent = seq;
    }
    while (this.#acked < to) await this.#change();
  }

  /** Sends the next frame now. @throws Error when the credits are used up: whoever measures latency must not wait for them */
  push(textOf: (seq: number) => string): void {
    this.#refuseAfterFailure();
    if (this.#sent - this.#acked >= this.#credits) throw new Error('no credits are left: the product does not keep up');
    this.#sent += 1;
    this.socket.send(textOf(this.#sent));
  }

  /** Resolves when everything sent is acknowledged. */
  async settled(): Promise<void> {
    this.#refuseAfterFailure();
    while (this.#acked < this.#sent) await this.#change();
  }

  #hear(frame: [number, ...unknown[]], welcomed: () => void, failed: (error: Error) => void): void {
    if (frame[0] === FRAME.ack) {
      this.#acked = frame[2] as number;
      this.#credits = frame[3] as number;
      this.#wake?.();
    } else if (frame[0] === FRAME.welcome) {
      const welcome = frame[1] as { status: string; credits: number; acked: Record<string, number> };
      if (welcome.status !== 'accepted') return failed(new Error(`the gateway says ${welcome.status}`));
      this.#credits = welcome.credits;
      this.#acked = welcome.acked['main'] ?? 0;
      this.#sent = this.#acked;
      welcomed();
    } else if (frame[0] === FRAME.call) this.#answer(frame);
    else if (frame[0] === FRAME.error) this.#fail(new Error(`the gateway refused: ${JSON.stringify(frame)}`));
  }

  #answer([, callId, action, payload]: [number, ...unknown[]]): void {
    if (!this.onCall) return void this.#fail(new Error(`nobody expects the call ${String(action)}`));
    this.socket.send(JSON.stringify([FRAME.result, callId, this.onCall(String(action), payload)]));
  }

  /** Resolves at the next acknowledgement. */
  async #change(): Promise<void> {
    this.#refuseAfterFailure();
    await new Promise<void>((changed) => (this.#wake = changed));
    this.#refuseAfterFailure();
  }

  #refuseAfterFailure(): void {
    if (this.#failure) throw this.#failure;
  }

  #fail(error: Error): Error {
    clearInterval(this.timer);
    this.#failure ??= error;
    this.#wake?.();
    return error;
  }
}

async function ticketFor(gateway: string, { id, secret }: { id: string; secret: string }, bootId: string): Promise<{ url: string; ticket: string }> {
  for (;;) {
    const answer = await fetch(`${gateway}/device/v1/tickets`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ protocols: [SUBPROTOCOL], bootId }),
    });
    if (answer.status === 201) {
      const { ticket } = (await answer.json()) as { ticket: string };
      return { url: `${gateway.replace('http', 'ws')}/device/v1/session`, ticket };
    }
    const text = await answer.text();
    if (answer.status !== 429 && answer.status !== 503) throw new Error(`no ticket: ${answer.status} ${text}`);
    await after(1000 * Number(answer.headers.get('retry-after') ?? 1));
  }
}

function helloOf(deviceId: string, bootId: string, points: string): unknown {
  return {
    ...{ deviceId, bootId, firmware: '1', model: 'bench', points, streams: [{ id: 'main', oldest: 1, next: 1 }], subdevices: [], caps: {} },
    clock: { now: Date.now(), source: 'ntp', uptimeMs: 1000 },
  };
}
