import { z } from 'zod';
import { id, instant, pageQuery } from '../primitives.js';

export const auditRecord = z.object({
  chain: z.int(),
  number: z.int(),
  at: instant,
  actor: z.string(),
  actorId: id.nullable(),
  address: z.string().nullable(),
  operation: z.string(),
  target: z.string(),
  targetId: z.string().nullable(),
  result: z.enum(['done', 'refused']),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
  correlationId: z.string().nullable(),
});
/** `GET /api/v1/audit`: newest first. `target` and `person` find a part of the words, or a whole id; times are included from, excluded to. */
export const auditQuery = z.object({
  ...pageQuery,
  operation: z.string().max(64).optional(),
  target: z.string().max(64).optional(),
  person: z.string().max(64).optional(),
  result: z.enum(['done', 'refused']).optional(),
  from: instant.optional(),
  to: instant.optional(),
});
