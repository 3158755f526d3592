import { SHARD_COUNT } from '@cupola/domain';
import { type ChainBreak, type ChainHead, type StoredRecord, verifyChain } from './audit-chain.js';

/** Anything that runs one statement: the verifier also works beside the product, on a connection of its own. */
export interface AuditReader {
  query<R>(sql: string, params?: unknown[]): Promise<R[]>;
}

export interface AuditVerdict {
  records: number;
  breaks: ChainBreak[];
}

interface Row extends Omit<StoredRecord, 'number' | 'at'> {
  headNumber: string;
  headHash: Buffer;
  /** Null for the one row of an empty chain. */
  number: string | null;
  at: Date;
}

/** Head and records in one statement, and so of one instant: the product may be writing. */
const CHAIN = `
  SELECT h.number AS "headNumber", h.hash AS "headHash", h.chain, r.number, r.at, r.actor, r.actor_id AS "actorId",
    r.actor_role AS "actorRole", r.session_id AS "sessionId", r.address, r.operation, r.target, r.target_id AS "targetId",
    r.result, r.code, r.reason, r.before, r.after, r.correlation_id AS "correlationId", r.previous_hash AS "previousHash", r.hash
  FROM audit_heads h LEFT JOIN audit_records r ON r.chain = h.chain
  WHERE h.chain = $1 ORDER BY r.number`;

/** Reads every chain and checks each. An empty `breaks` means that nothing was edited, removed or reordered. */
export async function verifyAudit(reader: AuditReader): Promise<AuditVerdict> {
  const verdict: AuditVerdict = { records: 0, breaks: [] };
  for (let chain = 0; chain < SHARD_COUNT; chain += 1) {
    const rows = await reader.query<Row>(CHAIN, [chain]);
    const records = rows.flatMap(({ headNumber: _n, headHash: _h, number, at, ...rest }): StoredRecord[] =>
      number === null ? [] : [{ ...rest, number: Number(number), at: at.getTime() }],
    );
    verdict.records += records.length;
    const found = verifyChain(chain, records, headOf(rows[0]));
    if (found !== null) verdict.breaks.push(found);
  }
  return verdict;
}

/** A head that was removed cannot match anything. */
function headOf(row: Row | undefined): ChainHead {
  return row === undefined ? { number: -1, hash: Buffer.alloc(0) } : { number: Number(row.headNumber), hash: row.headHash };
}
