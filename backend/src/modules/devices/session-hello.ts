import { DomainError, type Hello, type ReplyOf, type RequestOf } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { Admission } from './admission.js';
import { Channels } from './channels.js';
import { type CurrentController, lockCurrent } from './current-session.js';
import { desiredRev } from './desired-rev.js';
import { LinkChanges } from './link-changes.js';
import { isPlain, plainText } from './plain-text.js';
import { revisionOf } from './point-list.js';
import { explain } from './session-doctor.js';
import { type Facts, noteEvent } from './timeline.js';
import { ToldChannels } from './told-channels.js';

type HelloRequest = RequestOf<'sessions.hello'>;
type HelloReply = ReplyOf<'sessions.hello'>;

/** It offers as new what is stored already. */
interface Conflict {
  text: string;
  facts: Facts;
}

/** A controller introduces itself: its points, its streams, and from then on it is online. */
@Injectable()
export class SessionHello {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly channels: Channels,
    private readonly links: LinkChanges,
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
      const acked = await readAcked(tx, controller.id, request.hello);
      const conflict = conflictOf(request.hello, acked);
      if (conflict !== null) await this.recordConflict(tx, controller, conflict);
      else await this.accept(tx, controller, request);
      const points = conflict === null ? await this.placePoints(tx, controller, request.hello) : unchanged(controller);
      const intended = { desiredRev: await desiredRev(tx, controller.id) };
      return { status: controller.status, acked, points, channels: await this.giveChannels(tx, request), conflict: conflict?.text ?? null, retry: this.admission.retry, ...intended };
    });
  }

  private async accept(tx: Transaction, controller: CurrentController, { sessionId, hello }: HelloRequest): Promise<void> {
    // The boot id marks the session as introduced: before it no command is sent.
    await tx.query('UPDATE controller_sessions SET boot_id = $2, last_seen_at = now() WHERE id = $1', [sessionId, plainText(hello.bootId)]);
    await tx.query('UPDATE controllers SET firmware = $2, model = $3 WHERE id = $1', [
      controller.id,
      plainText(hello.firmware) || controller.firmware,
      plainText(hello.model) || controller.model,
    ]);
    const reason = controller.status === 'active' ? 'connected' : 'awaiting_confirmation';
    const what = reason === 'connected' ? undefined : 'Connected, but nobody has confirmed it yet: its values are held back';
    await this.links.online(tx, controller.id, reason, explain(reason, what), what === undefined ? {} : { why: 'connected' });
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

  private async recordConflict(tx: Transaction, controller: CurrentController, conflict: Conflict): Promise<void> {
    const text = explain('sequence_conflict', conflict.text);
    await noteEvent(tx, controller.id, 'sequence_conflict', text, conflict.facts);
    await this.audit.record(tx, {
      actor: { system: `controller ${controller.name}` },
      operation: 'controller.hello',
      target: `controller ${controller.name}`,
      targetId: controller.id,
      chainKey: controller.id,
      result: 'refused',
      reason: text,
    });
  }
}

/** Up to which number each stream is stored without a gap; 0 for a stream that is new here. */
async function readAcked(tx: Transaction, controllerId: string, { streams }: Hello): Promise<Record<string, number>> {
  const names = streams.map(({ id }) => id);
  const rows = await tx.query<{ stream_id: string; acked: string }>(
    'SELECT stream_id, acked FROM streams WHERE controller_id = $1 AND stream_id = ANY($2::text[])',
    [controllerId, names.filter(isPlain)],
  );
  const stored = new Map(rows.map((row) => [row.stream_id, Number(row.acked)]));
  return Object.fromEntries(names.map((name) => [name, stored.get(name) ?? 0]));
}

function conflictOf({ streams }: Hello, acked: Readonly<Record<string, number>>): Conflict | null {
  const behind = streams.find(({ id, next }) => next <= (acked[id] ?? 0));
  if (behind === undefined) return null;
  const facts = { stream: plainText(behind.id), offered: behind.next, stored: acked[behind.id] ?? 0 };
  const text = `It wants to send number ${facts.offered} of stream ${facts.stream}, but numbers up to ${facts.stored} are stored already.`;
  return { text, facts };
}

function unchanged({ pointsRev }: CurrentController): HelloReply['points'] {
  return { rev: pointsRev ?? '', wanted: false };
}
