import { type auditQuery, type auditRecord, DomainError } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Database } from '../../database/database.js';

type AuditRecord = z.infer<typeof auditRecord>;
type AuditFilter = z.output<typeof auditQuery>;

interface Row {
  chain: number;
  number: string;
  at: Date;
  actor: string;
  actor_id: string | null;
  address: string | null;
  operation: string;
  target: string;
  target_id: string | null;
  result: 'done' | 'refused';
  code: string | null;
  reason: string | null;
  before: unknown;
  after: unknown;
  correlation_id: string | null;
}

/** The trail as administrators read it: newest first. */
@Injectable()
export class AuditQueries {
  constructor(private readonly database: Database) {}

  /** `target` and `person` find a part of the words or the whole id. @throws DomainError CURSOR_INVALID */
  async page({ limit, cursor, operation, target, person, result, from, to }: AuditFilter): Promise<{ items: AuditRecord[]; nextCursor: string | null }> {
    const after = cursor === undefined ? null : positionFrom(cursor);
    const rows = await this.database.query<Row>(
      `SELECT chain, number, at, actor, actor_id, address, operation, target, target_id, result, code, reason, before, after, correlation_id
       FROM audit_records
       WHERE ($1::timestamptz IS NULL OR (at, chain, number) < ($1, $2::smallint, $3::bigint))
         AND ($4::text IS NULL OR operation = $4)
         AND ($5::text IS NULL OR target_id = $5 OR strpos(lower(target), lower($5)) > 0)
         AND ($6::text IS NULL OR actor_id::text = $6 OR strpos(lower(actor), lower($6)) > 0)
         AND ($7::text IS NULL OR result = $7) AND ($8::timestamptz IS NULL OR at >= $8) AND ($9::timestamptz IS NULL OR at < $9)
       ORDER BY at DESC, chain DESC, number DESC LIMIT $10`,
      [
        ...[after?.at ?? null, after?.chain ?? null, after?.number ?? null, operation ?? null, target ?? null],
        ...[person ?? null, result ?? null, from ?? null, to ?? null, limit + 1],
      ],
    );
    const items = rows.slice(0, limit).map(recordFrom);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last !== undefined ? `${last.at}~${last.chain}~${last.number}` : null };
  }
}

function positionFrom(cursor: string): { at: string; chain: number; number: number } {
  const [, at = '', chain = '', number = ''] = /^(\d{4}-[\d:.T-]+Z)~(\d{1,2})~(\d{1,15})$/.exec(cursor) ?? [];
  if (Number.isNaN(Date.parse(at))) throw new DomainError('CURSOR_INVALID', 'The cursor is not one that this list gave out.');
  return { at, chain: Number(chain), number: Number(number) };
}

function recordFrom(row: Row): AuditRecord {
  const { chain, actor, address, operation, target, result, code, reason, before, after } = row;
  return {
    ...{ chain, number: Number(row.number), at: row.at.toISOString(), actor, actorId: row.actor_id, address, operation, target },
    ...{ targetId: row.target_id, result, code, reason, before, after, correlationId: row.correlation_id },
  };
}
