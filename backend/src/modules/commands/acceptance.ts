import { DomainError } from '@cupola/contracts';
import { OPERATOR_LEVEL, type SlotOperation } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Actor } from '../../auth/actor.js';
import { Clock } from '../../clock.js';
import type { Transaction } from '../../database/unit-of-work.js';
import { LiveEpochs } from '../../live/live-epochs.js';
import { AuditTrail } from '../audit/index.js';
import { ControllerLink } from '../devices/index.js';
import { CommandAnnouncer } from './command-announcer.js';
import type { CommandTarget } from './command-target.js';
import { setTimer } from './command-timers.js';
import { writeIntent } from './intents.js';
import type { Found } from './stored-command.js';

/** A request that passed the rules of its point. */
export interface AcceptableRequest {
  actor: Actor;
  target: CommandTarget;
  reason: string;
  idempotencyKey: string | null;
  digest: Buffer;
  operation: SlotOperation;
  value: number | null;
  /** Milliseconds. */
  until: number | null;
  found: Found;
}

export interface Accepted {
  commandId: string;
  /** False: the same request came before. */
  isNew: boolean;
}

/** How long a command may take to its controller. It is never delivered later. */
const DELIVERY_MS = 10_000;
const UNDER_WAY: Readonly<Record<string, [code: 'COMMAND_IN_FLIGHT' | 'DELIVERY_UNKNOWN', text: string]>> = {
  ACCEPTED: ['COMMAND_IN_FLIGHT', 'Another command to this point is on its way. Wait for its outcome.'],
  SENT: ['COMMAND_IN_FLIGHT', 'Another command to this point is on its way. Wait for its outcome.'],
  UNKNOWN: ['DELIVERY_UNKNOWN', 'What became of the last command to this point is not known yet. The controller is asked as soon as it is back.'],
};

/** The last steps before a command is on its way: conflict, controller, then row, intent, timers and audit at once. */
@Injectable()
export class Acceptance {
  constructor(
    private readonly clock: Clock,
    private readonly link: ControllerLink,
    private readonly audit: AuditTrail,
    private readonly announcer: CommandAnnouncer,
    private readonly epochs: LiveEpochs,
  ) {}

  /** What was clicked on a screen that has lost its connection since is not carried out. @throws DomainError STALE_EPOCH */
  requireLive(actor: Actor, liveEpoch: string | undefined): void {
    this.epochs.check(liveEpoch, actor.sessionId);
  }

  /** The command that the same key brought before. @throws DomainError KEY_REUSED when it was another request */
  async findRepeated(tx: Transaction, userId: string, key: string | undefined, digest: Buffer): Promise<Accepted | null> {
    if (key === undefined) return null;
    const [earlier] = await tx.query<{ id: string; request_digest: Buffer }>(
      'SELECT id, request_digest FROM commands WHERE requested_by = $1 AND idempotency_key = $2',
      [userId, key],
    );
    if (earlier === undefined) return null;
    if (!earlier.request_digest.equals(digest)) throw new DomainError('KEY_REUSED', 'This idempotency key was used for another request. Take a new one.');
    return { commandId: earlier.id, isNew: false };
  }

  /** @throws DomainError COMMAND_IN_FLIGHT, DELIVERY_UNKNOWN, POINT_NOT_BOUND, CONTROLLER_HELD; an offline controller gives a refusal that is on record */
  async accept(tx: Transaction, request: AcceptableRequest): Promise<Accepted | { refusal: DomainError }> {
    const { target } = request;
    await requireNothingUnderWay(tx, target.pointId);
    if (target.controllerId === null) throw new DomainError('POINT_NOT_BOUND', `No controller serves ${target.label}.`);
    const commandId = randomUUID();
    const now = this.clock.now();
    if ((await this.link.callTarget(target.controllerId)) === null) {
      if (await this.link.isHeld(target.controllerId)) throw held(target);
      const refusal = new DomainError('CONTROLLER_OFFLINE', `The controller of ${target.label} is offline. Nothing was sent, and nothing will be sent later.`);
      await this.insert(tx, commandId, request, 'OFFLINE', now);
      await this.record(tx, commandId, request, refusal);
      return { refusal };
    }
    await this.insert(tx, commandId, request, 'ACCEPTED', now);
    await this.placeIntent(tx, commandId, request, now);
    await setTimer(tx, 'command', commandId, now + DELIVERY_MS);
    await this.record(tx, commandId, request, null);
    return { commandId, isNew: true };
  }

  /** Refusals are on record too, in a transaction of their own: the refused one is rolled back. */
  async recordRefusal(actor: Actor, operation: string, target: CommandTarget, refusal: DomainError, body: object): Promise<void> {
    const { code, message } = refusal;
    await this.audit.recordRefusal({ actor, operation, ...auditTarget(target), code, reason: message, after: body });
  }

  private async insert(tx: Transaction, id: string, request: AcceptableRequest, state: 'ACCEPTED' | 'OFFLINE', now: number): Promise<void> {
    const { actor, target, operation, value, until, found } = request;
    const isOffline = state === 'OFFLINE';
    try {
      await tx.query(
        `INSERT INTO commands (id, point_id, controller_id, level, operation, value, state, code, detail, requested_by, requested_by_name, reason,
           idempotency_key, request_digest, previous_intent, requested_at, deliver_by, until, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, to_timestamp($16::float8 / 1000),
           to_timestamp($17::float8 / 1000), to_timestamp($18::float8 / 1000), to_timestamp($16::float8 / 1000))`,
        [
          ...[id, target.pointId, target.controllerId, OPERATOR_LEVEL, operation, value, state],
          ...[isOffline ? 'CONTROLLER_OFFLINE' : null, isOffline ? 'The controller was not connected; nothing was sent.' : null],
          ...[actor.userId, actor.username, request.reason],
          // An offline refusal does not use the key up: the same request may succeed once the controller is back.
          ...(isOffline ? [null, null] : [request.idempotencyKey, request.digest]),
          ...[JSON.stringify(found), now, now + DELIVERY_MS, until],
        ],
      );
    } catch (error) {
      throw asRefusal(error);
    }
    this.announcer.command(tx, { id, pointId: target.pointId }, state);
  }

  private async placeIntent(tx: Transaction, commandId: string, request: AcceptableRequest, now: number): Promise<void> {
    const { target, operation, value, until, actor, reason } = request;
    if (operation === 'release') {
      await tx.query('DELETE FROM intents WHERE point_id = $1 AND level = $2', [target.pointId, OPERATOR_LEVEL]);
      return;
    }
    const since = new Date(now).toISOString();
    const end = until === null ? null : new Date(until).toISOString();
    await writeIntent(tx, target.pointId, OPERATOR_LEVEL, { value, commandId, owner: actor.username, reason, since, until: end });
    if (until !== null) await setTimer(tx, 'override-end', commandId, until);
  }

  /** With the command's row: one cannot be there without the other, whatever happens to this process. */
  private async record(tx: Transaction, commandId: string, request: AcceptableRequest, refusal: DomainError | null): Promise<void> {
    const { actor, target, operation, value, reason, found } = request;
    const until = request.until === null ? null : new Date(request.until).toISOString();
    await this.audit.record(tx, {
      actor,
      operation: operation === 'write' ? 'point.override' : 'point.release',
      ...auditTarget(target),
      ...(refusal === null ? { result: 'done', reason } : { result: 'refused', code: refusal.code, reason: refusal.message }),
      before: found.intent,
      after: { command: commandId, level: OPERATOR_LEVEL, value, until, ...(refusal === null ? {} : { reason }) },
    });
  }
}

async function requireNothingUnderWay(tx: Transaction, pointId: string): Promise<void> {
  const [other] = await tx.query<{ state: string }>(
    `SELECT state FROM commands WHERE point_id = $1 AND level = $2 AND state IN ('ACCEPTED', 'SENT', 'UNKNOWN') LIMIT 1`,
    [pointId, OPERATOR_LEVEL],
  );
  const refusal = other === undefined ? undefined : UNDER_WAY[other.state];
  if (refusal !== undefined) throw new DomainError(...refusal);
}

function auditTarget({ pointId, label, controllerId }: CommandTarget) {
  return { target: `point ${label}`, targetId: pointId, chainKey: controllerId ?? pointId };
}

/** The same key came for two points at the same moment: their locks do not order them, the unique index does. */
function asRefusal(error: unknown): unknown {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  if (code !== '23505' || constraint !== 'commands_by_idempotency') return error;
  return new DomainError('KEY_REUSED', 'This idempotency key was used for another request. Take a new one.');
}

function held({ label }: CommandTarget): DomainError {
  return new DomainError('CONTROLLER_HELD', `Two boxes seem to use the identity of the controller of ${label}: no command is sent until a technician settles it.`);
}
