import type { RequestHandler } from 'express';
import express from 'express';
import { DEVICE_LIMITS, DomainError } from '@cupola/contracts';
import type { z } from 'zod';
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';

const SMALL_BODY_BYTES = 16 * 1024;
const MAX_ERRORS = 20;

/** Reads JSON bodies: large ones at the point list's address only. */
export function bodyParsers(pointListPath: string): RequestHandler[] {
  const large = express.json({ limit: DEVICE_LIMITS.maxPointListBytes, verify: requireUtf8 });
  const small = express.json({ limit: SMALL_BODY_BYTES, verify: requireUtf8 });
  return [(request, response, next) => (request.path === pointListPath ? large : small)(request, response, next)];
}

/** Checks a body. @throws DomainError VALIDATION_FAILED naming each field, never its value */
export function readBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.slice(0, MAX_ERRORS).map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  throw new DomainError('VALIDATION_FAILED', 'The body does not have the expected form.', { errors });
}

/** Broken bytes would otherwise become replacement characters, and names that nobody gave. */
function requireUtf8(_request: IncomingMessage, _response: ServerResponse, body: Buffer): void {
  if (!isUtf8(body)) throw new DomainError('MALFORMED_REQUEST', 'The body is not valid UTF-8.');
}
