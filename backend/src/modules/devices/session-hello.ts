import { DomainError, type Hello, type ReplyOf, type RequestOf } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { type AuditEntry, AuditTrail } from '../audit/index.js';
import { Admission } from './admission.js';
import { Channels } from './channels.js';
import { type CurrentController, lockCurrent, lockFree } from './current-session.js';
import { desiredRevs } from './desired-rev.js';
import { Gathering } from './gathering.js';
import { type Greeting, Introduction } from './introduction.js';
import { plainText } from './plain-text.js';
import { revisionOf } from './point-list.js';
import { explain } from './session-doctor.js';
import { compareStreams, type Conflict, readStreams, resumeStreams, type Resumed } from './stream-resume.js';
import { noteEvent } from './timeline.js';
import { ToldChannels } from './told-channels.js';

type HelloRequest = RequestOf<'sessions.hello'>;
type HelloReply = ReplyOf<'sessions.hello'>;

interface Resuming extends Greeting {
  acked: Record<string, number>;
}

/** A controller introduces itself: its points, its streams, and from then on it is online. */
@Injectable()
export class SessionHello {
  private readonly greeting = new Gathering<HelloRequest, HelloReply>('Sessions', {
    together: (asked) => this.unitOfWork.run((tx) => this.greetAll(tx, asked)),
    alone: (asked) => this.unitOfWork.run((tx) => this.greetOne(tx, asked)),
  });

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly channels: Channels,
    private readonly introduction: Introduction,
    private readonly audit: AuditTrail,
    private readonly told: ToldChannels,
    private readonly admission: Admission,
  ) {}

  /** @throws DomainError STALE_SESSION, POINT_LIST_INVALID, MALFORMED_REQUEST */
  async hello(request: HelloRequest): Promise<HelloReply> {
    if (request.hello.deviceId.toLowerCase() !== request.controllerId) {
      throw new DomainError('MALFORMED_REQUEST', 'HELLO names another device than the ticket.');
    }
    return this.greeting.ask(request);
  }

  /** Those who come back as they were. A point list that has to be placed, or a stream that fell behind, is looked at alone. */
  private async greetAll(tx: Transaction, asked: readonly HelloRequest[]): Promise<Map<HelloRequest, HelloReply>> {
    const free = await lockFree(tx, asked);
    const stored = await readStreams(tx, asked);
    const first = [...new Map(asked.toReversed().map((request) => [request.sessionId, request])).values()];
    const ordinary = first.flatMap((request): Resuming[] => {
      const controller = free.get(request.sessionId);
      const { acked, behind } = compareStreams(stored.get(request.controllerId) ?? new Map(), request.hello);
      return controller === undefined || behind.length > 0 || isToBePlaced(controller, request.hello) ? [] : [{ controller, request, acked }];
    });
    if (ordinary.length === 0) return new Map();
    await this.introduction.take(tx, ordinary);
    await this.channels.rematch(tx, ordinary.filter(({ controller, request }) => isPlaced(controller, request.hello)).map(({ controller }) => controller));
    const reply = await this.replies(tx, ordinary);
    return new Map(ordinary.map(({ controller, request, acked }) => {
      return [request, { ...reply(request), acked, conflict: null, points: unplaced(controller, request.hello) }];
    }));
  }

  private async greetOne(tx: Transaction, request: HelloRequest): Promise<HelloReply> {
    const controller = await lockCurrent(tx, request);
    const { acked, conflict, accepted } = await resumeStreams(tx, controller.id, request.hello, controller.acceptsNewStreams);
    if (conflict !== null) await this.recordConflict(tx, controller, conflict);
    else await this.introduction.take(tx, [{ controller, request }]);
    await this.recordNewStarts(tx, controller, accepted);
    const points = conflict === null ? await this.placePoints(tx, controller, request.hello) : unchanged(controller);
    const reply = await this.replies(tx, [{ controller, request }]);
    return { ...reply(request), acked, points, conflict: conflict?.text ?? null };
  }

  private async placePoints(tx: Transaction, controller: CurrentController, hello: Hello): Promise<HelloReply['points']> {
    if (typeof hello.points !== 'string' && isToBePlaced(controller, hello)) {
      return { rev: (await this.channels.replace(tx, controller, hello.points)).rev, wanted: false };
    }
    if (isPlaced(controller, hello)) await this.channels.rematch(tx, [controller]);
    return unplaced(controller, hello);
  }

  /** What every answer carries, streams and point lists aside. */
  private async replies(tx: Transaction, greetings: readonly Greeting[]): Promise<(request: HelloRequest) => Omit<HelloReply, 'acked' | 'points' | 'conflict'>> {
    const ids = greetings.map(({ controller }) => controller.id);
    const [intended, channels] = [await desiredRevs(tx, ids), await this.channels.list(tx, ids)];
    await this.remember(tx, greetings);
    const statuses = new Map(greetings.map(({ controller }) => [controller.id, controller.status]));
    return ({ controllerId: id }) => ({
      ...{ status: statuses.get(id) ?? 'revoked', channels: channels.get(id) ?? [], retry: this.admission.retry, desiredRev: intended.get(id) ?? 0 },
    });
  }

  /** Which revision of their channels the sessions were given. */
  private async remember(tx: Transaction, greetings: readonly Greeting[]): Promise<void> {
    const rows = await tx.query<{ id: string; channels_rev: number }>('SELECT id, channels_rev FROM controllers WHERE id = ANY($1::uuid[])', [
      greetings.map(({ controller }) => controller.id),
    ]);
    const revisions = new Map(rows.map((row) => [row.id, row.channels_rev]));
    tx.afterCommit(() => {
      for (const { controller, request } of greetings) this.told.tell(request.sessionId, revisions.get(controller.id) ?? 0);
    });
  }

  private async recordNewStarts(tx: Transaction, controller: CurrentController, accepted: Resumed['accepted']): Promise<void> {
    for (const { stream, next } of accepted) {
      const text = `Stream ${plainText(stream)} starts anew at number ${next}; what is stored of it stays.`;
      await noteEvent(tx, controller.id, 'stream_accepted', text, { stream: plainText(stream), next });
      await this.audit.record(tx, { ...auditOf(controller), result: 'done', reason: text });
    }
  }

  private async recordConflict(tx: Transaction, controller: CurrentController, conflict: Conflict): Promise<void> {
    const text = explain('sequence_conflict', conflict.text);
    await noteEvent(tx, controller.id, 'sequence_conflict', text, conflict.facts);
    await this.audit.record(tx, { ...auditOf(controller), result: 'refused', reason: text });
  }
}

/** The list that is placed already comes with every reconnect: writing it again would make a storm of them slow. */
function isPlaced({ pointsRev }: CurrentController, { points }: Hello): boolean {
  return (typeof points === 'string' ? points : revisionOf(points)) === pointsRev;
}

/** The list itself is there, and it is another one than before. */
function isToBePlaced(controller: CurrentController, hello: Hello): boolean {
  return typeof hello.points !== 'string' && !isPlaced(controller, hello);
}

/** Nothing was written; a list that is only named, and not known, is wanted. */
function unplaced(controller: CurrentController, hello: Hello): HelloReply['points'] {
  return { rev: controller.pointsRev ?? '', wanted: !isPlaced(controller, hello) };
}

function auditOf({ id, name }: CurrentController): Pick<AuditEntry, 'actor' | 'operation' | 'target' | 'targetId' | 'chainKey'> {
  return { actor: { system: `controller ${name}` }, operation: 'controller.hello', target: `controller ${name}`, targetId: id, chainKey: id };
}

function unchanged({ pointsRev }: CurrentController): HelloReply['points'] {
  return { rev: pointsRev ?? '', wanted: false };
}
