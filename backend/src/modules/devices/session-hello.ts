import { DomainError, type Hello, type ReplyOf, type RequestOf } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { type AuditEntry, AuditTrail } from '../audit/index.js';
import { Admission } from './admission.js';
import { Channels } from './channels.js';
import { type CurrentController, lockCurrent } from './current-session.js';
import { desiredRev } from './desired-rev.js';
import { Introduction } from './introduction.js';
import { plainText } from './plain-text.js';
import { revisionOf } from './point-list.js';
import { explain } from './session-doctor.js';
import { type Conflict, resumeStreams, type Resumed } from './stream-resume.js';
import { noteEvent } from './timeline.js';
import { ToldChannels } from './told-channels.js';

type HelloRequest = RequestOf<'sessions.hello'>;
type HelloReply = ReplyOf<'sessions.hello'>;

/** A controller introduces itself: its points, its streams, and from then on it is online. */
@Injectable()
export class SessionHello {
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
    return this.unitOfWork.run(async (tx) => {
      const controller = await lockCurrent(tx, request);
      const { acked, conflict, accepted } = await resumeStreams(tx, controller.id, request.hello, controller.acceptsNewStreams);
      if (conflict !== null) await this.recordConflict(tx, controller, conflict);
      else await this.introduction.take(tx, controller, request);
      await this.recordNewStarts(tx, controller, accepted);
      const points = conflict === null ? await this.placePoints(tx, controller, request.hello) : unchanged(controller);
      const intended = { desiredRev: await desiredRev(tx, controller.id) };
      return { status: controller.status, acked, points, channels: await this.giveChannels(tx, request), conflict: conflict?.text ?? null, retry: this.admission.retry, ...intended };
    });
  }

  private async placePoints(tx: Transaction, controller: CurrentController, { points }: Hello): Promise<HelloReply['points']> {
    const isInline = typeof points !== 'string';
    // The list that is placed already comes with every reconnect: writing it again would make a storm of them slow.
    if ((isInline ? revisionOf(points) : points) === controller.pointsRev) {
      await this.channels.rematch(tx, controller);
      return { rev: controller.pointsRev, wanted: false };
    }
    if (isInline) return { rev: (await this.channels.replace(tx, controller, points)).rev, wanted: false };
    return { rev: controller.pointsRev ?? '', wanted: true };
  }

  private async giveChannels(tx: Transaction, { sessionId, controllerId }: HelloRequest): Promise<HelloReply['channels']> {
    const [row] = await tx.query<{ channels_rev: number }>('SELECT channels_rev FROM controllers WHERE id = $1', [controllerId]);
    tx.afterCommit(() => this.told.tell(sessionId, row?.channels_rev ?? 0));
    return this.channels.list(tx, controllerId);
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

function auditOf({ id, name }: CurrentController): Pick<AuditEntry, 'actor' | 'operation' | 'target' | 'targetId' | 'chainKey'> {
  return { actor: { system: `controller ${name}` }, operation: 'controller.hello', target: `controller ${name}`, targetId: id, chainKey: id };
}

function unchanged({ pointsRev }: CurrentController): HelloReply['points'] {
  return { rev: pointsRev ?? '', wanted: false };
}
