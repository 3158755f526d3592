import type { Claim, Controller, DevicePoint, Hello, ReplyOf, RequestOf, SessionRef } from '@cupola/contracts';
import { SUBPROTOCOL } from '@cupola/contracts';
import type { MessageBus } from '@cupola/messaging';
import { createHash, randomUUID } from 'node:crypto';
import type { ApiClient } from '../api-client.js';
import type { TestPlace } from './place.js';

export const GATEWAY = 'gateway-1';
const ADDRESS = '10.0.0.7';

export interface Registered {
  controller: Controller;
  claim: Claim;
}

let boxes = 0;

export async function register(api: ApiClient, place: TestPlace, more: Record<string, unknown> = {}): Promise<Registered> {
  boxes += 1;
  const body = { name: `VAV controller ${boxes}`, type: 'VAV', site: place.siteId, building: place.buildingId, ...more };
  const answer = await api.post<Registered>('/api/v1/controllers', body);
  if (answer.status !== 201) throw new Error(`Registration was refused: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** A controller as a gateway presents it on the bus: the gateway's side of the contract, spoken by the test. */
export class Box {
  readonly bootId = randomUUID();
  session: ReplyOf<'tickets.consume'> | undefined;

  constructor(
    private readonly bus: MessageBus,
    readonly deviceId: string,
    readonly secret: string,
    readonly gatewayId = GATEWAY,
  ) {}

  static async enrol(bus: MessageBus, claim: Claim, serial = `SN-${claim.slot}`, keyPin: string | null = null): Promise<Box> {
    const request = { slot: claim.slot, claimCode: claim.claimCode, serial, model: 'Box 3000', firmware: '1.2.3', remoteAddress: ADDRESS, keyPin };
    const { deviceId, secret } = await bus.request('devices.enrol', request);
    return new Box(bus, deviceId, secret);
  }

  ticket(more: Partial<RequestOf<'tickets.issue'>> = {}): Promise<ReplyOf<'tickets.issue'>> {
    const request = { deviceId: this.deviceId, secret: this.secret, protocols: [SUBPROTOCOL], bootId: this.bootId, audience: 'session' as const };
    return this.bus.request('tickets.issue', { ...request, remoteAddress: ADDRESS, ...more });
  }

  consume(ticket: string, more: Partial<RequestOf<'tickets.consume'>> = {}): Promise<ReplyOf<'tickets.consume'>> {
    return this.bus.request('tickets.consume', { ticket, subprotocol: SUBPROTOCOL, gatewayId: this.gatewayId, remoteAddress: ADDRESS, ...more });
  }

  async open(): Promise<ReplyOf<'tickets.consume'>> {
    this.session = await this.consume((await this.ticket()).ticket);
    return this.session;
  }

  get ref(): SessionRef {
    if (this.session === undefined) throw new Error('The box has no session.');
    const { sessionId, controllerId, epoch } = this.session;
    return { sessionId, controllerId, epoch };
  }

  hello(points: Hello['points'], more: Partial<Hello> = {}): Promise<ReplyOf<'sessions.hello'>> {
    const hello: Hello = {
      ...{ deviceId: this.deviceId, bootId: this.bootId, firmware: '1.2.4', model: 'Box 3000', points },
      ...{ streams: [], subdevices: [], clock: { now: Date.now(), source: 'ntp', uptimeMs: 1000 }, caps: {} },
      ...more,
    };
    return this.bus.request('sessions.hello', { ...this.ref, hello });
  }

  /** Opens a session and introduces itself. */
  async connect(points: Hello['points'] = []): Promise<ReplyOf<'sessions.hello'>> {
    await this.open();
    return this.hello(points);
  }

  /** What a renewal that names this session says of it. */
  renew(): Promise<ReplyOf<'sessions.renew'>> {
    return this.renewBeside([{ ...this.ref, lastSeen: Date.now() }]);
  }

  /** What a renewal that names those says of this one. */
  async renewBeside(sessions: RequestOf<'sessions.renew'>['sessions']): Promise<ReplyOf<'sessions.renew'>> {
    const reply = await this.bus.request('sessions.renew', { gatewayId: this.gatewayId, sessions });
    return { ...reply, revoked: reply.revoked.filter(({ sessionId }) => sessionId === this.ref.sessionId) };
  }

  async end(reason: 'connection_lost' | 'closed_by_controller' | 'heartbeat_lost' | 'gateway_stopped' = 'connection_lost', text = ''): Promise<void> {
    await this.bus.request('sessions.ended', { ...this.ref, code: 1006, reason, text });
  }
}

export function devicePoint(alias: number, key: string, more: Partial<DevicePoint> = {}): DevicePoint {
  return { alias, key, kind: 'analog', unit: 'degC', writable: false, ...more };
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
