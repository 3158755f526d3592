import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';

/** One row of `audit_records` as its hash sees it. `before` and `after` are plain JSON values. */
export interface ChainedRecord {
  chain: number;
  number: number;
  /** Milliseconds since the epoch: what the database keeps must read back equal. */
  at: number;
  actor: string;
  actorId: string | null;
  actorRole: string | null;
  sessionId: string | null;
  address: string | null;
  operation: string;
  target: string;
  targetId: string | null;
  result: 'done' | 'refused';
  code: string | null;
  reason: string | null;
  before: unknown;
  after: unknown;
  correlationId: string | null;
}

export interface StoredRecord extends ChainedRecord {
  previousHash: Buffer;
  hash: Buffer;
}

export interface ChainHead {
  number: number;
  hash: Buffer;
}

/** What is wrong with a chain, at the first number where it shows. */
export interface ChainBreak {
  chain: number;
  number: number;
  problem: 'edited' | 'missing' | 'reordered' | 'head differs';
}

/** SHA-256 over the previous record's hash and this record's canonical JSON. */
export function hashOf(record: ChainedRecord, previousHash: Buffer): Buffer {
  const { chain, number, at, actor, actorId, actorRole, sessionId, address, operation, target, targetId } = record;
  const { result, code, reason, before, after, correlationId } = record;
  const text = canonicalJson({
    ...{ chain, number, at, actor, actorId, actorRole, sessionId, address, operation, target, targetId },
    ...{ result, code, reason, before: before ?? null, after: after ?? null, correlationId },
  });
  return createHash('sha256').update(previousHash).update(text).digest();
}

/**
 * Walks one chain in the order of its numbers and compares every hash, every link and the head.
 * @returns the first break, or null when the chain is whole
 */
export function verifyChain(chain: number, records: Iterable<StoredRecord>, head: ChainHead): ChainBreak | null {
  let previous: ChainHead = { number: 0, hash: Buffer.alloc(0) };
  for (const record of records) {
    const expected = previous.number + 1;
    if (record.number > expected) return { chain, number: expected, problem: 'missing' };
    if (record.number < expected) return { chain, number: record.number, problem: 'reordered' };
    if (!record.previousHash.equals(previous.hash)) return { chain, number: record.number, problem: 'reordered' };
    if (!hashOf(record, previous.hash).equals(record.hash)) return { chain, number: record.number, problem: 'edited' };
    previous = { number: record.number, hash: record.hash };
  }
  if (head.number > previous.number) return { chain, number: previous.number + 1, problem: 'missing' };
  if (head.number < previous.number || !head.hash.equals(previous.hash)) return { chain, number: head.number, problem: 'head differs' };
  return null;
}
