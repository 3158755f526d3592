import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Channel, DevicePoint, IngestBatch, IngestFrame, LostRange, ReplyOf, RequestOf, SessionRef, SlotSet, TicketAudience } from '@cupola/contracts';
import { DomainError } from '@cupola/contracts';
import type { ControllerStatus } from '@cupola/domain';
import { SHARD_COUNT } from '@cupola/domain';
import type { MessageBus, Unsubscribe } from '@cupola/messaging';

const SITE = randomUUID();
const RETRY = { minMs: 1000, rangeMs: 4000, doublings: 6, maxMs: 300_000 };

export interface ScriptedController {
  id: string;
  secret: string;
  siteId: string;
  status: ControllerStatus;
  epoch: number;
  current: (SessionRef & { gatewayId: string }) | null;
  channels: Channel[];
  pointsRev: string;
  acked: Map<string, number>;
}

/** The other program's side of the bus contract: enough memory of controllers, tickets and streams to answer as backend does. */
export class ScriptedBackend {
  readonly controllers = new Map<string, ScriptedController>();
  readonly tickets = new Map<string, { controllerId: string; audience: TicketAudience; ref?: string | undefined; isConsumed: boolean }>();
  readonly burnt: string[] = [];
  readonly ended: RequestOf<'sessions.ended'>[] = [];
  readonly hellos: RequestOf<'sessions.hello'>[] = [];
  readonly batches: IngestBatch[] = [];
  readonly renewals: RequestOf<'sessions.renew'>[] = [];
  readonly pointParts: RequestOf<'points.put'>[] = [];
  readonly slotReports: RequestOf<'slots.changed'>[] = [];
  /** What is intended in everybody's slots. */
  slotSet: SlotSet = { rev: 0, points: [] };
  /** Slot sets are too large for a message. */
  announces = false;
  /** Texts by their ref, each to be taken once. */
  readonly documents = new Map<string, string>();
  readonly subdeviceReports: RequestOf<'subdevices.changed'>[] = [];
  readonly clocks: RequestOf<'sessions.clock'>[] = [];
  readonly consumptions: string[] = [];
  /** Key pins that came with tickets that were asked for, and with those that were presented. */
  readonly keyPins: { issued: (string | null)[]; consumed: (string | null)[] } = { issued: [], consumed: [] };
  /** What the next renewals answer, by session. */
  readonly renewReply: ReplyOf<'sessions.renew'> = { revoked: [], accepted: [], channelsChanged: [] };
  /** Runs before the named request is answered: a barrier, or a refusal. */
  before: Partial<Record<'consume' | 'hello' | 'ingest' | 'slots' | 'issue' | 'ended' | 'renew', (body: never) => Promise<void> | void>> & { consumeRequest?: (request: RequestOf<'tickets.consume'>) => void } = {};
  #stops: Unsubscribe[] = [];

  constructor(private readonly bus: MessageBus) {}

  addController(change: Partial<ScriptedController> = {}): ScriptedController {
    const controller: ScriptedController = {
      id: randomUUID(),
      secret: randomBytes(32).toString('base64url'),
      siteId: SITE,
      status: 'active',
      epoch: 0,
      current: null,
      channels: [
        { alias: 0, key: 'temperature', channelId: 100, kind: 'analog' },
        { alias: 1, key: 'fan', channelId: 101, kind: 'binary' },
        { alias: 2, key: 'mode', channelId: 102, kind: 'multistate', codes: [1, 2, 3] },
      ],
      pointsRev: 'a'.repeat(64),
      acked: new Map(),
      ...change,
    };
    this.controllers.set(controller.id, controller);
    return controller;
  }

  issue(controller: ScriptedController, audience: TicketAudience = 'session', ref?: string): string {
    const ticket = randomBytes(32).toString('base64url');
    this.tickets.set(ticket, { controllerId: controller.id, audience, ref, isConsumed: false });
    return ticket;
  }

  /** All frames that were stored, in order, each once. */
  get frames(): IngestFrame[] {
    return this.batches.flatMap(({ frames }) => frames);
  }

  get losses(): LostRange[] {
    return this.batches.flatMap(({ losses }) => losses ?? []);
  }

  async start(): Promise<void> {
    const { bus } = this;
    const shards = Array.from({ length: SHARD_COUNT }, (_, shard) => bus.answer('ingest.<shard>', (batch) => this.#ingest(batch), { at: shard }));
    this.#stops = await Promise.all([
      bus.answer('devices.enrol', (request) => this.#enrol(request)),
      bus.answer('tickets.issue', (request) => this.#issueTicket(request)),
      bus.answer('tickets.consume', (request) => this.#consume(request)),
      bus.answer('tickets.burn', ({ ticket }) => this.#burn(ticket)),
      bus.answer('documents.take', (request) => this.#takeDocument(request)),
      bus.answer('points.put', (request) => this.#putPoints(request)),
      bus.answer('sessions.hello', (request) => this.#hello(request)),
      bus.answer('sessions.renew', (request) => this.#renew(request)),
      bus.answer('sessions.channels', (ref) => Promise.resolve({ channels: this.#current(ref).channels })),
      bus.answer('sessions.ended', (request) => this.#end(request)),
      bus.answer('sessions.drained', ({ sessions }) => this.#drain(sessions)),
      bus.answer('slots.changed', (request) => this.#slots(request)),
      bus.answer('slots.pull', (request) => this.#pull(request)),
      bus.answer('subdevices.changed', (request) => keep(this.subdeviceReports, request)),
      bus.answer('sessions.clock', (request) => keep(this.clocks, request)),
      ...shards,
    ]);
  }

  /** Backend goes away: nobody answers any more. */
  async stop(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()));
    this.#stops = [];
  }

  async #enrol({ slot, claimCode }: RequestOf<'devices.enrol'>): Promise<ReplyOf<'devices.enrol'>> {
    if (claimCode !== 'BCDFGHJK') throw new DomainError('CLAIM_REFUSED', `The claim code does not fit slot ${slot}.`);
    const { id, secret } = this.addController({ status: 'pending' });
    return { deviceId: id, secret };
  }

  async #issueTicket(request: RequestOf<'tickets.issue'>): Promise<ReplyOf<'tickets.issue'>> {
    this.keyPins.issued.push(request.keyPin ?? null);
    await this.before.issue?.(request as never);
    const controller = this.controllers.get(request.deviceId);
    if (controller?.secret !== request.secret) throw new DomainError('CREDENTIAL_REFUSED', 'Device id or secret is wrong.');
    const ticket = this.issue(controller, request.audience, request.ref);
    return { ticket, ttlMs: 30_000, subprotocol: 'cupola.v1.json', serverTime: Date.now(), retry: RETRY };
  }

  async #consume(request: RequestOf<'tickets.consume'>): Promise<ReplyOf<'tickets.consume'>> {
    const { ticket, gatewayId, keyPin } = request;
    this.before.consumeRequest?.(request);
    this.consumptions.push(ticket);
    this.keyPins.consumed.push(keyPin ?? null);
    const known = this.tickets.get(ticket);
    const controller = known === undefined ? undefined : this.controllers.get(known.controllerId);
    if (known === undefined || controller === undefined || known.isConsumed || known.audience !== 'session') {
      throw new DomainError('TICKET_REFUSED', 'The ticket is not valid here, or not any more.');
    }
    known.isConsumed = true;
    controller.epoch += 1;
    const superseded = controller.current;
    const ref = { sessionId: randomUUID(), controllerId: controller.id, epoch: controller.epoch };
    controller.current = { ...ref, gatewayId };
    await this.before.consume?.(ref as never);
    return { ...ref, status: controller.status, siteId: controller.siteId, superseded };
  }

  #burn(ticket: string): Promise<Record<string, never>> {
    this.burnt.push(ticket);
    const known = this.tickets.get(ticket);
    if (known !== undefined) known.isConsumed = true;
    return Promise.resolve({});
  }

  async #putPoints(request: RequestOf<'points.put'>): Promise<ReplyOf<'points.put'>> {
    const known = this.tickets.get(request.ticket);
    const isFirst = !this.pointParts.some(({ uploadId }) => uploadId === request.uploadId);
    if (known?.audience !== 'points' || (isFirst && known.isConsumed)) throw new DomainError('TICKET_REFUSED', 'refused');
    known.isConsumed = true;
    this.pointParts.push(request);
    const received = this.pointParts.filter(({ uploadId }) => uploadId === request.uploadId);
    const controller = this.controllers.get(known.controllerId);
    if (controller !== undefined && received.length === request.parts) this.#replaceList(controller, received.flatMap(({ points }) => points));
    return { pointsRev: controller?.pointsRev ?? '', accepted: received.reduce((sum, { points }) => sum + points.length, 0), quarantined: [] };
  }

  async #hello(request: RequestOf<'sessions.hello'>): Promise<ReplyOf<'sessions.hello'>> {
    this.hellos.push(request);
    await this.before.hello?.(request as never);
    const controller = this.#current(request);
    const { streams, points } = request.hello;
    if (typeof points !== 'string') this.#replaceList(controller, points);
    const acked = Object.fromEntries(streams.map(({ id }) => [id, controller.acked.get(id) ?? 0]));
    const conflict = streams.find(({ id, next }) => next <= (acked[id] ?? 0))?.id ?? null;
    const wanted = typeof points === 'string' && points !== controller.pointsRev;
    return { status: controller.status, acked, points: { rev: controller.pointsRev, wanted }, channels: controller.channels, conflict, desiredRev: this.slotSet.rev };
  }

  /** The list that HELLO named is the one that comes. */
  #replaceList(controller: ScriptedController, points: readonly DevicePoint[]): void {
    const named = this.hellos.findLast(({ controllerId }) => controllerId === controller.id)?.hello.points;
    controller.pointsRev = typeof named === 'string' ? named : 'b'.repeat(64);
    controller.channels = points.map(({ alias, key, kind }) => ({ alias, key, kind, channelId: 1000 + alias }));
    if (controller.current !== null) this.renewReply.channelsChanged.push(controller.current);
  }

  async #renew(request: RequestOf<'sessions.renew'>): Promise<ReplyOf<'sessions.renew'>> {
    this.renewals.push(request);
    await this.before.renew?.(request as never);
    return this.renewReply;
  }

  async #end(request: RequestOf<'sessions.ended'>): Promise<Record<string, never>> {
    await this.before.ended?.(request as never);
    this.ended.push(request);
    const controller = this.controllers.get(request.controllerId);
    if (controller?.current?.sessionId === request.sessionId) controller.current = null;
    return {};
  }

  async #drain(sessions: readonly SessionRef[]): Promise<Record<string, never>> {
    for (const ref of sessions) await this.#end({ ...ref, code: 1012, reason: 'drained', text: 'restart' });
    return {};
  }

  #pull(request: RequestOf<'slots.pull'>): Promise<ReplyOf<'slots.pull'>> {
    this.#current(request);
    if (!this.announces) return Promise.resolve(this.slotSet);
    const text = JSON.stringify(this.slotSet);
    const ref = randomUUID();
    this.documents.set(ref, text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    return Promise.resolve({ notice: { topic: 'slots', ref, rev: this.slotSet.rev, size: Buffer.byteLength(text), sha256 } });
  }

  #takeDocument({ ticket, ref, keyPin }: RequestOf<'documents.take'>): Promise<ReplyOf<'documents.take'>> {
    this.keyPins.consumed.push(keyPin ?? null);
    const known = this.tickets.get(ticket);
    const text = this.documents.get(ref);
    if (known === undefined || known.isConsumed || known.ref !== ref || text === undefined) return Promise.reject(new DomainError('TICKET_REFUSED', 'refused'));
    known.isConsumed = true;
    this.documents.delete(ref);
    return Promise.resolve({ text });
  }

  async #slots(request: RequestOf<'slots.changed'>): Promise<Record<string, never>> {
    await this.before.slots?.(request as never);
    this.slotReports.push(request);
    return {};
  }

  async #ingest(batch: IngestBatch): Promise<ReplyOf<'ingest.<shard>'>> {
    await this.before.ingest?.(batch as never);
    const controller = this.#current(batch);
    this.batches.push(batch);
    const numbers = new Set(this.frames.map(({ streamId, seq }) => `${streamId} ${seq}`));
    for (const { streamId, from, to } of this.losses) for (let seq = from; seq <= to; seq += 1) numbers.add(`${streamId} ${seq}`);
    const acked: Record<string, number> = {};
    for (const { streamId } of [...batch.frames, ...(batch.losses ?? [])]) {
      let number = controller.acked.get(streamId) ?? 0;
      while (numbers.has(`${streamId} ${number + 1}`)) number += 1;
      controller.acked.set(streamId, number);
      acked[streamId] = number;
    }
    return { acked };
  }

  #current({ controllerId, sessionId }: SessionRef): ScriptedController {
    const controller = this.controllers.get(controllerId);
    if (controller?.current?.sessionId !== sessionId) throw new DomainError('STALE_SESSION', 'This session is not the current one.');
    return controller;
  }
}

function keep<T>(reports: T[], report: T): Promise<Record<string, never>> {
  reports.push(report);
  return Promise.resolve({});
}
