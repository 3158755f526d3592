import { SUBPROTOCOL, type Hello } from '@cupola/contracts';
import { formatClaimQr } from '@cupola/domain';
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocketServer, type WebSocket } from 'ws';

export const PASSWORD = 'correct';
const NOW = '2026-01-05T08:00:00.000Z';
const SITE = { id: randomUUID(), name: 'model', timeZone: 'UTC', address: '' };
const BUILDING = { id: randomUUID(), name: 'House' };
const RETRY = { minMs: 5, rangeMs: 10, doublings: 1, maxMs: 50 };

interface KnownController {
  id: string;
  name: string;
  slot: string;
  equipment: { id: string; name: string } | null;
  status: string;
  firmware: string;
  code: string;
  secret: string | null;
  acked: Map<string, number>;
  socket: WebSocket | null;
}

export interface ModelledPoint {
  sourceId: string;
  equipment: string | null;
  writable?: boolean;
}

/** Answers everything that the replay asks of a product, with the storage rules of the real one: numbered frames once each. */
export class ScriptedProduct {
  readonly controllers: KnownController[] = [];
  readonly imports: URLSearchParams[] = [];
  /** Stored samples by source id: `[time, value]`. */
  readonly samples = new Map<string, [number, number][]>();
  readonly repeated: string[] = [];
  /** Frames that are stored before every connection is cut; null never cuts. */
  cutAfterFrames: number | null = null;
  isImported = false;
  #frames = 0;
  readonly #tickets = new Map<string, KnownController>();
  readonly #equipment = new Map<string, { id: string; name: string }>();
  readonly #ids = new Map<string, string>();
  readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL });
  #server: Server | null = null;

  constructor(private readonly points: readonly ModelledPoint[]) {
    for (const { equipment, sourceId } of points) {
      if (equipment !== null) this.#equipment.set(equipment, this.#equipment.get(equipment) ?? { id: randomUUID(), name: equipment });
      this.#ids.set(sourceId, randomUUID());
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server?.address() as AddressInfo).port;
  }

  async listen(port = 0): Promise<this> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      const ticket = request.headers['sec-websocket-protocol']?.split('ticket.')[1] ?? '';
      const controller = this.#tickets.get(ticket);
      if (controller === undefined) return void socket.destroy();
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#serve(opened, controller));
    });
    await new Promise<void>((resolve) => this.#server?.listen(port, '127.0.0.1', resolve));
    return this;
  }

  async kill(): Promise<void> {
    for (const { socket } of this.controllers) socket?.terminate();
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.#server === null ? resolve() : this.#server.close(() => resolve())));
  }

  /** Somebody took the secrets away: every controller has to be claimed again. */
  forgetSecrets(): void {
    for (const controller of this.controllers) controller.secret = 'rotated elsewhere';
  }

  #serve(socket: WebSocket, controller: KnownController): void {
    controller.socket = socket;
    let keys = new Map<number, string>();
    socket.on('message', (message: Buffer) => {
      const frame = JSON.parse(message.toString('utf8')) as [number, ...unknown[]];
      if (frame[0] === 1) {
        const hello = frame[1] as Hello;
        controller.firmware = hello.firmware;
        keys = new Map((hello.points as { alias: number; key: string }[]).map(({ alias, key }) => [alias, key]));
        const acked = Object.fromEntries(hello.streams.map(({ id }) => [id, controller.acked.get(id) ?? 0]));
        socket.send(JSON.stringify([2, welcome(controller, acked)]));
      }
      if (frame[0] === 3) socket.send(JSON.stringify([4, frame[1], {}]));
      if (frame[0] === 6) this.#store(socket, controller, keys, frame as never);
    });
  }

  #store(socket: WebSocket, controller: KnownController, keys: ReadonlyMap<number, string>, frame: [6, string, number, number, number, [number, number, number, number][]]): void {
    const [, stream, seq, , base, rows] = frame;
    const acked = controller.acked.get(stream) ?? 0;
    if (seq <= acked) this.repeated.push(`${stream} ${seq}`);
    else if (seq === acked + 1) {
      controller.acked.set(stream, seq);
      for (const [alias, value, , dt] of rows) {
        const sourceId = this.points.find(({ sourceId: id }) => keyOf(id) === keys.get(alias))?.sourceId ?? '';
        this.samples.set(sourceId, [...(this.samples.get(sourceId) ?? []), [base + dt, value]]);
      }
    }
    this.#frames += 1;
    if (this.cutAfterFrames !== null && this.#frames >= this.cutAfterFrames) {
      this.cutAfterFrames = null;
      for (const { socket: open } of this.controllers) open?.terminate();
      return;
    }
    socket.send(JSON.stringify([7, stream, controller.acked.get(stream), 4]));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x');
    const body = await text(request);
    const [status, answer] = this.#route(`${request.method} ${url.pathname}`, url, body, request.headers.authorization ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #route(route: string, url: URL, body: string, authorization: string): [number, unknown] {
    if (route === 'POST /api/v1/auth/login') {
      return (JSON.parse(body) as { password: string }).password === PASSWORD ? [200, { accessToken: 'token', expiresIn: 600 }] : refusal(401, 'WRONG_CREDENTIALS');
    }
    if (route.startsWith('POST /device/')) return this.#device(route, body, authorization);
    if (authorization !== 'Bearer token') return refusal(401, 'UNAUTHENTICATED');
    if (route === 'POST /api/v1/imports') return [200, this.#import(url.searchParams)];
    if (/^POST .*\/apply$/.test(route)) return [200, this.#import(url.searchParams, true)];
    if (route === 'GET /api/v1/sites') return [200, { items: [{ ...SITE, buildings: [{ ...BUILDING, floors: [], equipment: 1, points: 1, plantPoints: 0 }] }] }];
    if (route === 'GET /api/v1/points') return [200, page(this.points.map((point) => this.#point(point)), url)];
    if (/^GET .*\/samples$/.test(route)) return [200, this.#history(route.split('/')[4] ?? '', url.searchParams)];
    return this.#controllers(route, body, url);
  }

  #controllers(route: string, body: string, url: URL): [number, unknown] {
    if (route === 'GET /api/v1/controllers') return [200, page(this.controllers.map(view), url)];
    if (route === 'POST /api/v1/controllers') return this.#register(JSON.parse(body) as { name: string; equipment?: string });
    const controller = this.controllers.find(({ id }) => route.includes(id));
    if (controller === undefined) return refusal(404, 'NOT_FOUND');
    if (route.startsWith('GET ')) return [200, view(controller)];
    if (route.endsWith('/claim')) return [200, claimFor(controller)];
    if (controller.status !== 'pending') return refusal(409, 'CONTROLLER_WRONG_STATUS');
    controller.status = 'active';
    return [200, {}];
  }

  #register({ name, equipment: wanted }: { name: string; equipment?: string }): [number, unknown] {
    const equipment = [...this.#equipment.values()].find(({ id }) => id === wanted) ?? null;
    if (this.controllers.some((known) => known.name === name)) return refusal(409, 'DUPLICATE_CONTROLLER');
    const slot = `SLOT${this.controllers.length}`;
    const made: KnownController = { id: randomUUID(), name, slot, equipment, status: 'registered', firmware: '', code: '', secret: null, acked: new Map(), socket: null };
    this.controllers.push(made);
    return [201, { controller: view(made), claim: claimFor(made) }];
  }

  #device(route: string, body: string, authorization: string): [number, unknown] {
    if (route === 'POST /device/v1/enrol') {
      const asked = JSON.parse(body) as { slot: string; claimCode: string; firmware: string };
      const controller = this.controllers.find(({ slot, code }) => slot === asked.slot && code === asked.claimCode);
      if (controller === undefined) return refusal(401, 'CLAIM_REFUSED');
      Object.assign(controller, { secret: random(), status: 'pending', firmware: asked.firmware, code: '' });
      return [200, { deviceId: controller.id, secret: controller.secret }];
    }
    const [id, secret] = Buffer.from(authorization.slice(6), 'base64').toString().split(':');
    const controller = this.controllers.find((known) => known.id === id && known.secret === secret);
    if (controller === undefined) return refusal(401, 'CREDENTIAL_REFUSED');
    const ticket = random();
    this.#tickets.set(ticket, controller);
    const url = `${this.url.replace('http', 'ws')}/device/v1/session`;
    return [201, { ticket, ttlMs: 30_000, url, subprotocol: SUBPROTOCOL, serverTime: Date.now(), retry: RETRY }];
  }

  #import(query: URLSearchParams, applies = false): unknown {
    if (!applies) this.imports.push(query);
    const diff = { added: this.isImported ? 0 : this.points.length, changed: 0, unchanged: this.isImported ? this.points.length : 0, missing: 0 };
    this.isImported ||= applies;
    return {
      ...{ id: BUILDING.id, status: applies ? 'applied' : 'ready', site: SITE.name, building: BUILDING.name, unitSystem: query.get('unitSystem') ?? 'metric' },
      counts: { floors: 1, spaces: 1, zones: 1, equipment: this.#equipment.size, points: this.points.length, controllers: 0 },
      ...{ equipmentByClass: {}, pointsByClass: {}, diff, findings: [], createdAt: NOW, appliedAt: null, buildingId: this.isImported ? BUILDING.id : null },
    };
  }

  #point({ sourceId, equipment: name, writable = false }: ModelledPoint): unknown {
    const equipment = name === null ? null : { ...this.#equipment.get(name), brickClass: 'https://brickschema.org/schema/Brick#VAV' };
    return {
      ...{ id: this.#ids.get(sourceId), key: keyOf(sourceId), label: keyOf(sourceId), sourceId, kind: 'analog', function: 'sensor', brickClass: null },
      ...{ unit: 'degF', states: null, writable, min: null, max: null, resolution: null, staleAfterMs: 1, site: SITE, building: BUILDING },
      ...{ floor: null, zone: null, equipment, controller: null, value: null, quality: 'UNKNOWN', flags: [], sourceTime: null, ageMs: null },
    };
  }

  #history(pointId: string, query: URLSearchParams): unknown {
    const sourceId = [...this.#ids].find(([, id]) => id === pointId)?.[0] ?? '';
    const [from, to] = [Date.parse(query.get('from') ?? ''), Date.parse(query.get('to') ?? '')];
    const all = (this.samples.get(sourceId) ?? []).filter(([time]) => time >= from && time < to).sort(([a], [b]) => a - b);
    const start = Number(query.get('cursor') ?? 0);
    const samples = all.slice(start, start + 3).map(([time, value]) => [new Date(time).toISOString(), value, 'GOOD']);
    return { samples, nextCursor: start + 3 < all.length ? String(start + 3) : null };
  }
}

export function keyOf(sourceId: string): string {
  return sourceId.split('#')[1] ?? sourceId;
}

function welcome({ status }: KnownController, acked: Record<string, number>): unknown {
  return {
    ...{ status: status === 'active' ? 'accepted' : 'pending', sessionId: randomUUID(), epoch: 1, serverTime: Date.now(), heartbeatMs: 30_000, acked },
    ...{ credits: status === 'active' ? 4 : 0, points: { rev: '', wanted: false }, limits: { maxFrameBytes: 65_536, maxRowsPerFrame: 1000, maxPoints: 10_000 } },
    ...{ desiredRev: 0, retry: RETRY },
  };
}

function view({ id, name, slot, equipment, status, firmware }: KnownController): unknown {
  return {
    ...{ id, name, slot, type: 'VAV', serial: null, model: '', firmware, status, link: 'offline', state: 'offline', reason: 'connected', detail: '', since: NOW, lastSeenAt: null },
    ...{ site: SITE, building: BUILDING, floor: null, equipment, points: { reported: 0, bound: 0, quarantined: 0 }, claim: null },
  };
}

function claimFor(controller: KnownController): unknown {
  controller.code = randomBytes(16).toString('base64url');
  const { id, slot, code } = controller;
  return { controllerId: id, slot, claimCode: 'BCDFGHJK', qr: formatClaimQr({ gatewayUrl: 'http://x', slot, code }), expiresAt: NOW };
}

function page(items: unknown[], url: URL): unknown {
  const start = Number(url.searchParams.get('cursor') ?? 0);
  return { items: items.slice(start, start + 2), nextCursor: start + 2 < items.length ? String(start + 2) : null };
}

function refusal(status: number, code: string): [number, unknown] {
  return [status, { type: 'about:blank', title: code, status, code }];
}

function random(): string {
  return randomBytes(32).toString('base64url');
}
