import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { Actor } from '../auth/actor.js';

/** What the guard and the first middleware add to a request. */
export interface CupolaRequest extends Request {
  correlationId?: string;
  actor?: Actor;
}

const ACCEPTED_ID = /^[A-Za-z0-9._-]{8,64}$/;

/** Gives every request an id that its log lines, audit rows and answer share. A caller may bring its own. */
export function correlate(request: CupolaRequest, response: Response, next: NextFunction): void {
  const offered = request.get('x-correlation-id');
  request.correlationId = offered !== undefined && ACCEPTED_ID.test(offered) ? offered : randomUUID();
  response.setHeader('X-Correlation-Id', request.correlationId);
  next();
}

export function correlationIdOf(request: CupolaRequest): string {
  return request.correlationId ?? 'none';
}

/** The caller's address, without the mapping prefix that IPv4 gets on a dual-stack socket. */
export function addressOf(request: Request): string {
  return (request.ip ?? 'unknown').replace(/^::ffff:/, '');
}

/** Where a request came from, as sessions and the audit trail keep it. */
export function callerOf(request: CupolaRequest): { address: string; correlationId: string } {
  return { address: addressOf(request), correlationId: correlationIdOf(request) };
}
