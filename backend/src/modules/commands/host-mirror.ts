import { hostedPoint, type HostedPoint } from '@cupola/contracts';
import { z } from 'zod';
import type { Transaction } from '../../database/unit-of-work.js';

/** A host's report with the epoch of the session that brought it: a reading's number is only comparable within one host. */
const mirrored = hostedPoint.extend({ epoch: z.number() });
export type MirroredPoint = z.infer<typeof mirrored>;

export interface HostReport {
  pointId: string;
  controllerId: string;
  epoch: number;
  hosted: HostedPoint;
  /** Milliseconds: when it reached this server. */
  at: number;
}

/** Keeps the newest report of each point. @returns whether this one is newer than what was kept */
export async function mirror(tx: Transaction, { pointId, controllerId, epoch, hosted, at }: HostReport): Promise<boolean> {
  const written = await tx.query(
    `INSERT INTO hosted_points AS h (point_id, controller_id, hosted, reported_at)
     VALUES ($1, $2, $3, to_timestamp($4::double precision / 1000))
     ON CONFLICT (point_id) DO UPDATE SET controller_id = excluded.controller_id, hosted = excluded.hosted, reported_at = excluded.reported_at
       WHERE h.controller_id <> excluded.controller_id OR (h.hosted->>'epoch')::float8 < $5::float8
         OR ((h.hosted->>'epoch')::float8 = $5::float8 AND (h.hosted->>'readSeq')::float8 < $6::float8)
     RETURNING point_id`,
    [pointId, controllerId, JSON.stringify({ ...hosted, epoch }), at, epoch, hosted.readSeq],
  );
  return written.length > 0;
}

/** What the host reported last of a point. */
export async function readMirror(tx: Pick<Transaction, 'query'>, pointId: string): Promise<(MirroredPoint & { at: number }) | null> {
  const [row] = await tx.query<{ hosted: unknown; reported_at: Date }>('SELECT hosted, reported_at FROM hosted_points WHERE point_id = $1', [pointId]);
  if (row === undefined) return null;
  return { ...mirrored.parse(row.hosted), at: row.reported_at.getTime() };
}
