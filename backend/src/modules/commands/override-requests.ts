import { type Command, DomainError, type ErrorCode, type overrideRequest, type releaseRequest } from '@cupola/contracts';
import { OPERATOR_LEVEL, type OverrideVerdict, validateOverride } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Clock } from '../../clock.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { Acceptance, type Accepted } from './acceptance.js';
import { CommandQueries } from './command-queries.js';
import { type CommandTarget, lockTarget } from './command-target.js';
import { Delivery } from './delivery.js';
import { readMirror } from './host-mirror.js';
import { readIntent } from './intents.js';
import { explainRefusal } from './override-words.js';

export type OverrideRequest = z.infer<typeof overrideRequest>;
export type ReleaseRequest = z.infer<typeof releaseRequest>;

/** What a request brings besides its body. */
export interface RequestFrame {
  actor: Actor;
  pointId: string;
  idempotencyKey: string | undefined;
  /** The epoch of the caller's live connection, where it has one. */
  liveEpoch: string | undefined;
}

/** What became of a request inside of its transaction. A refusal that is written down and audited is thrown after the commit. */
type Judged = Accepted | { refusal: DomainError };

/** An operator's override and its release: judged in the order of the rules, accepted with intent, row and audit in one transaction. */
@Injectable()
export class OverrideRequests {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly access: AccessService,
    private readonly acceptance: Acceptance,
    private readonly delivery: Delivery,
    private readonly queries: CommandQueries,
  ) {}

  /** @throws DomainError one code per broken rule, in the order of domain rules 2.3 */
  async override(frame: RequestFrame, body: OverrideRequest): Promise<Command> {
    return this.carryOut(frame, 'point.override', body, body.reason, async (tx, target, request) => {
      const until = body.until === undefined ? undefined : Date.parse(body.until);
      const verdict = validateOverride(target.rules, { value: body.value, durationMs: body.durationMs, until }, this.clock.now());
      if (!verdict.accepted) throw refusalOf(verdict.code, target, body.value);
      const found = { released: null, intent: await readIntent(tx, target.pointId, OPERATOR_LEVEL) };
      return this.acceptance.accept(tx, { ...request, operation: 'write', value: verdict.value, until: verdict.until, found });
    });
  }

  /** @throws DomainError NOTHING_TO_RELEASE and those of every command */
  async release(frame: RequestFrame, body: ReleaseRequest): Promise<Command> {
    return this.carryOut(frame, 'point.release', body, body.reason, async (tx, target, request) => {
      const intent = await readIntent(tx, target.pointId, OPERATOR_LEVEL);
      const released = intent?.commandId ?? (await ownerAtHost(tx, target.pointId));
      if (released === null) throw new DomainError('NOTHING_TO_RELEASE', `Nobody has overridden ${target.label} from here.`);
      return this.acceptance.accept(tx, { ...request, operation: 'release', value: null, until: null, found: { released, intent } });
    });
  }

  private async carryOut(
    frame: RequestFrame,
    operation: 'point.override' | 'point.release',
    body: object,
    reason: string,
    accept: (tx: Transaction, target: CommandTarget, request: RequestOf) => Promise<Judged>,
  ): Promise<Command> {
    const { actor, pointId } = frame;
    const digest = createHash('sha256').update(JSON.stringify([operation, pointId, Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1))])).digest();
    const judged = await this.onRecord(frame, operation, body, async (tx, target) => {
      this.acceptance.requireLive(actor, frame.liveEpoch);
      const earlier = await this.acceptance.findRepeated(tx, actor.userId, frame.idempotencyKey, digest);
      if (earlier !== null) return earlier;
      return accept(tx, target, { actor, target, reason, idempotencyKey: frame.idempotencyKey ?? null, digest });
    });
    if ('refusal' in judged) throw judged.refusal;
    if (judged.isNew) this.delivery.start(judged.commandId);
    return this.queries.byId(judged.commandId);
  }

  /** Judges in one transaction. What is refused by rolling it back is put on record afterwards. */
  private async onRecord(
    { actor, pointId }: RequestFrame,
    operation: string,
    body: object,
    judge: (tx: Transaction, target: CommandTarget) => Promise<Judged>,
  ): Promise<Judged> {
    const seen: { target?: CommandTarget } = {};
    try {
      return await this.unitOfWork.run(async (tx) => {
        const target = await this.findTarget(tx, actor, pointId);
        // Whoever is refused by his roles is on record already: every route sees to that.
        this.access.require(actor, 'points.command', target.location);
        seen.target = target;
        return judge(tx, target);
      });
    } catch (error) {
      if (error instanceof DomainError && seen.target !== undefined) await this.acceptance.recordRefusal(actor, operation, seen.target, error, body);
      throw error;
    }
  }

  private async findTarget(tx: Transaction, actor: Actor, pointId: string): Promise<CommandTarget> {
    const target = await lockTarget(tx, pointId);
    if (target === undefined || !this.access.may(actor, 'points.read', target.location)) throw new DomainError('NOT_FOUND', 'There is no such point.');
    return target;
  }
}

type RequestOf = Omit<Parameters<Acceptance['accept']>[1], 'operation' | 'value' | 'until' | 'found'>;

/** A slot that we filled and the host still holds, although our intent is over. */
async function ownerAtHost(tx: Transaction, pointId: string): Promise<string | null> {
  const hosted = await readMirror(tx, pointId);
  return hosted?.slots.find(({ level }) => level === OPERATOR_LEVEL)?.commandId ?? null;
}

function refusalOf(code: Extract<OverrideVerdict, { accepted: false }>['code'] & ErrorCode, target: CommandTarget, value: number): DomainError {
  return new DomainError(code, explainRefusal(code, target, value));
}
