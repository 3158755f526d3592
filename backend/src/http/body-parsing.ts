import { DomainError } from '@cupola/contracts';
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Request, type RequestHandler } from 'express';

const JSON_LIMIT = '1mb';
/** What arrives as one text in `@Body()`, and where: the model of a large site. */
const TEXT = { path: '/api/v1/imports', type: 'text/turtle', limit: '32mb' };
/** What a route reads by itself, as a stream and with its own limit. */
const STREAM = { path: '/api/v1/controllers/csv', type: 'text/csv' };

/** The type of the text that a path takes instead of JSON; null for JSON. */
export function textBodyAt(path: string): string | null {
  return [TEXT, STREAM].find((kind) => kind.path === path)?.type ?? null;
}

/** Checks an `Authorization` header; throws a DomainError. */
export type CheckBearer = (header: string | undefined) => void;

/** Reads bodies: JSON everywhere, Turtle where models are imported. Anything else that has a body is refused by its type. */
export function bodyParsers(checkBearer: CheckBearer): RequestHandler[] {
  return [
    onlyFor(TEXT, refuseStrangers(checkBearer)),
    onlyFor(TEXT, express.text({ type: TEXT.type, limit: TEXT.limit, verify: requireUtf8 })),
    express.json({ limit: JSON_LIMIT, strict: false, verify: requireUtf8 }),
    refuseUnread,
  ];
}

interface BodyKind {
  path: string;
  type: string;
}

function isOf(kind: BodyKind, request: Request): boolean {
  return request.path === kind.path && request.is(kind.type) === kind.type;
}

function onlyFor(kind: BodyKind, handler: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (isOf(kind, request)) handler(request, response, next);
    else next();
  };
}

/** Megabytes are not kept in memory for callers who could not log in. */
function refuseStrangers(checkBearer: CheckBearer): RequestHandler {
  return (request, _response, next) => {
    checkBearer(request.get('authorization'));
    next();
  };
}

/** Broken bytes would otherwise become replacement characters and be stored as if somebody had meant them. */
function requireUtf8(_request: IncomingMessage, _response: ServerResponse, body: Buffer): void {
  if (!isUtf8(body)) throw new DomainError('MALFORMED_REQUEST', 'The body is not valid UTF-8.');
}

const refuseUnread: RequestHandler = (request, _response, next) => {
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && request.body === undefined && !isOf(STREAM, request)) {
    throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON in UTF-8 (Content-Type: application/json).');
  }
  next();
};
