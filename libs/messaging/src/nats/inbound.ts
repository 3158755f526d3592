import type { EventSubject, RequestSubject } from '@cupola/contracts';
import { DomainError, EVENTS, REQUESTS } from '@cupola/contracts';
import type { z } from 'zod';
import { isIngestBatch } from './ingest-check.js';

/** Reads what came over the wire as a request's body. Throws DomainError VALIDATION_FAILED naming the first fault, never the value. */
export function readRequest(subject: RequestSubject, bytes: Uint8Array): unknown {
  const body = parse(subject, bytes);
  if (subject !== 'ingest.<shard>') return check(REQUESTS[subject].request, subject, body);
  if (!isIngestBatch(body)) throw new DomainError('VALIDATION_FAILED', `${subject}: not an ingest batch`);
  return body;
}

export function readReply(subject: RequestSubject, bytes: Uint8Array): unknown {
  return check(REQUESTS[subject].reply, subject, parse(subject, bytes));
}

export function readEvent(subject: EventSubject, bytes: Uint8Array): unknown {
  return check(EVENTS[subject], subject, parse(subject, bytes));
}

function parse(subject: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    // The parser's message quotes the text, which may hold a secret.
    throw new DomainError('MALFORMED_REQUEST', `${subject}: not JSON`);
  }
}

function check(schema: z.ZodType, subject: string, body: unknown): unknown {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new DomainError('VALIDATION_FAILED', `${subject}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}
