import type { ErrorCode } from '@cupola/contracts';
import { shardOf } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { Actor, SystemActor } from '../../auth/actor.js';
import { Clock } from '../../clock.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { type ChainedRecord, hashOf } from './audit-chain.js';

/** What is written down about one change or one refusal. */
export interface AuditEntry {
  actor: Actor | SystemActor;
  /** What was tried, e.g. `user.create`, `point.write`. */
  operation: string;
  /** What it was tried on, in words that a reader of the trail understands. */
  target: string;
  targetId: string | null;
  /** Decides the chain: the controller's id for what concerns a controller, otherwise the target's. */
  chainKey: string;
  result: 'done' | 'refused';
  code?: ErrorCode;
  reason?: string;
  before?: unknown;
  after?: unknown;
}

type Staged = Omit<ChainedRecord, 'number'>;

/** The hash-chained record of who changed what. Written in the transaction of the change: if it fails, the change fails. */
@Injectable()
export class AuditTrail {
  private readonly staged = new WeakMap<Transaction, Staged[]>();

  constructor(
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Stages a record; it is written as the last part of the transaction. A chain's head is locked until the commit, so locking
   * it late and in the order of chains keeps commands from queueing behind each other and from deadlocking.
   */
  record(tx: Transaction, entry: AuditEntry): Promise<void> {
    const record = stagedRecord(entry, this.clock.now());
    const waiting = this.staged.get(tx);
    if (waiting === undefined) {
      this.staged.set(tx, [record]);
      tx.beforeCommit(() => this.write(tx));
    } else {
      waiting.push(record);
    }
    return Promise.resolve();
  }

  /** Records a refusal on its own: the transaction of what was refused is rolled back or was never opened. */
  async recordRefusal(entry: Omit<AuditEntry, 'result'>): Promise<void> {
    await this.unitOfWork.run((tx) => this.record(tx, { ...entry, result: 'refused' }));
  }

  private async write(tx: Transaction): Promise<void> {
    const records = this.staged.get(tx) ?? [];
    this.staged.delete(tx);
    for (const record of records.toSorted((a, b) => a.chain - b.chain)) await append(tx, record);
  }
}

async function append(tx: Transaction, staged: Staged): Promise<void> {
  const heads = await tx.query<{ number: string; hash: Buffer }>('SELECT number, hash FROM audit_heads WHERE chain = $1 FOR UPDATE', [
    staged.chain,
  ]);
  const [head] = heads;
  if (head === undefined) throw new Error(`The audit chain ${staged.chain} has no head.`);
  const record = { ...staged, number: Number(head.number) + 1 };
  const hash = hashOf(record, head.hash);
  await insert(tx, record, head.hash, hash);
  await tx.query('UPDATE audit_heads SET number = $2, hash = $3 WHERE chain = $1', [record.chain, record.number, hash]);
}

function stagedRecord(entry: AuditEntry, now: number): Staged {
  return {
    ...{ chain: shardOf(entry.chainKey), at: now, operation: entry.operation, target: entry.target, targetId: entry.targetId },
    ...who(entry.actor),
    ...{ result: entry.result, code: entry.code ?? null, reason: entry.reason ?? null },
    ...{ before: plainJson(entry.before), after: plainJson(entry.after) },
  };
}

/** As it reads back from jsonb: dates as text, no undefined, no negative zero. */
function plainJson(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}

function who(
  actor: Actor | SystemActor,
): Pick<ChainedRecord, 'actor' | 'actorId' | 'actorRole' | 'sessionId' | 'address' | 'correlationId'> {
  if ('system' in actor) {
    const { system, address = null, correlationId = null } = actor;
    return { actor: system, actorId: null, actorRole: null, sessionId: null, address, correlationId };
  }
  return {
    actor: actor.username,
    actorId: actor.userId,
    actorRole: [...new Set(actor.grants.map((grant) => grant.role))].sort().join(' ') || null,
    sessionId: actor.sessionId,
    address: actor.address,
    correlationId: actor.correlationId,
  };
}

async function insert(tx: Transaction, record: ChainedRecord, previousHash: Buffer, hash: Buffer): Promise<void> {
  await tx.query(
    `INSERT INTO audit_records (chain, number, at, actor, actor_id, actor_role, session_id, address, operation, target,
       target_id, result, code, reason, before, after, correlation_id, previous_hash, hash)
     VALUES ($1, $2, to_timestamp($3::double precision / 1000), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
    [
      ...[record.chain, record.number, record.at, record.actor, record.actorId, record.actorRole, record.sessionId],
      ...[record.address, record.operation, record.target, record.targetId, record.result, record.code, record.reason],
      ...[jsonParameter(record.before), jsonParameter(record.after), record.correlationId, previousHash, hash],
    ],
  );
}

function jsonParameter(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
