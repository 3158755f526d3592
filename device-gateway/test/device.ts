import { once } from 'node:events';
import type { DeviceFrame, Hello, Welcome } from '@cupola/contracts';
import { FRAME } from '@cupola/contracts';
import { vi } from 'vitest';
import { WebSocket } from 'ws';

type FrameOf<K extends number> = Extract<DeviceFrame, [K, ...unknown[]]>;

/** A controller's end of a session, frame by frame. */
export class Device {
  readonly frames: DeviceFrame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #taken = new Set<number>();

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as DeviceFrame));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })));
  }

  static async open(url: string, ticket: string, options: { protocols?: string[]; headers?: Record<string, string> } = {}): Promise<Device> {
    const protocols = options.protocols ?? ['cupola.v1.json', `ticket.${ticket}`];
    const device = new Device(new WebSocket(`${url.replace('http', 'ws')}/device/v1/session`, protocols, { headers: options.headers }));
    await Promise.race([once(device.socket, 'open'), device.closed.then(({ code }) => Promise.reject(new Error(`not opened: ${code}`)))]);
    return device;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  hello(deviceId: string, change: Partial<Hello> = {}): void {
    this.send([FRAME.hello, helloOf(deviceId, change)]);
  }

  async welcomed(deviceId: string, change: Partial<Hello> = {}): Promise<Welcome> {
    this.hello(deviceId, change);
    return (await this.next(FRAME.welcome))[1];
  }

  data(seq: number, rows: unknown, change: { stream?: string; lane?: unknown; baseTs?: unknown } = {}): void {
    const { stream, lane, baseTs } = { stream: 'live', lane: 0, baseTs: Date.now(), ...change };
    this.send([FRAME.data, stream, seq, lane, baseTs, rows]);
  }

  /** The first frame of a kind that was not taken yet. */
  async next<K extends DeviceFrame[0]>(kind: K): Promise<FrameOf<K>> {
    return vi.waitFor(
      () => {
        const index = this.frames.findIndex((frame, position) => !this.#taken.has(position) && frame[0] === kind);
        if (index === -1) throw new Error(`no frame ${kind} among ${JSON.stringify(this.frames)}`);
        this.#taken.add(index);
        return this.frames[index] as FrameOf<K>;
      },
      { timeout: 30_000, interval: 5 },
    );
  }

  all<K extends DeviceFrame[0]>(kind: K): FrameOf<K>[] {
    return this.frames.filter((frame): frame is FrameOf<K> => frame[0] === kind);
  }
}

export function helloOf(deviceId: string, change: Partial<Hello> = {}): Hello {
  return {
    deviceId,
    bootId: 'boot',
    firmware: '1.0',
    model: 'test',
    points: 'a'.repeat(64),
    streams: [{ id: 'live', oldest: 1, next: 1 }],
    subdevices: [],
    clock: { now: Date.now(), source: 'system', uptimeMs: 1 },
    caps: {},
    ...change,
  };
}
