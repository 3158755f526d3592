import { DomainError } from '@cupola/contracts';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, Inject } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from 'pino';
import type { HttpRefusal } from '../listener/refusal.js';
import { problemOf, refusalOf } from '../listener/refusal.js';
import { LOG } from '../tokens.js';

/** Turns every refusal and failure of an HTTP request into RFC 9457 problem details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOG) private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const refusal = refusalOf(error) ?? refusalOfStatus(error) ?? this.#unforeseen(error);
    // Half an answer cannot be taken back: breaking the connection is the only honest signal.
    if (response.headersSent) response.destroy();
    else sendProblem(response, refusal);
  }

  #unforeseen(error: unknown): HttpRefusal {
    this.log.error({ err: error }, 'a request failed');
    return { status: 500, code: 'INTERNAL', detail: 'The server failed.' };
  }
}

export function sendProblem(response: Response, refusal: HttpRefusal): void {
  if (refusal.status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="cupola"');
  if (refusal.retryAfter !== undefined) response.setHeader('Retry-After', String(refusal.retryAfter));
  response.setHeader('Cache-Control', 'no-store');
  response.status(refusal.status).type('application/problem+json').send(JSON.stringify(problemOf(refusal)));
}

/** Nest's exceptions and the body parser's errors carry an HTTP status. */
function refusalOfStatus(error: unknown): HttpRefusal | null {
  const { status } = error as { status?: unknown };
  if (typeof status !== 'number' || status >= 500) return null;
  return refusalOf(domainErrorOf(status));
}

function domainErrorOf(status: number): DomainError {
  switch (status) {
    case 404:
      return new DomainError('NOT_FOUND', 'There is nothing at this address.');
    case 413:
      return new DomainError('PAYLOAD_TOO_LARGE', 'The body is larger than this address accepts.');
    case 415:
      return new DomainError('UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON.');
    default:
      return new DomainError('MALFORMED_REQUEST', 'The request or its JSON body cannot be read.');
  }
}
