import { DomainError, ERROR_CODES, type ErrorCode, type Problem } from '@cupola/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Response } from 'express';
import { isDatabaseUnavailable } from '../database/database-unavailable.js';
import { RefusalAudit } from './refusal-audit.js';
import { correlationIdOf, type CupolaRequest } from './request-context.js';

/** A refusal as people read it in a list of codes: `LAST_ADMINISTRATOR` is "Last administrator". */
function titleOf(code: ErrorCode): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Turns every refusal and failure of a REST request into RFC 9457 problem details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  constructor(private readonly refusals: RefusalAudit) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    if (host.getType() !== 'http') {
      this.logger.error('A failure outside of a request', error);
      return;
    }
    const request = host.switchToHttp().getRequest<CupolaRequest>();
    const response = host.switchToHttp().getResponse<Response>();
    const refusal = refusalFor(error);
    if (refusal.code === 'INTERNAL') this.logger.error(`${request.method} ${request.path} failed`, error);
    await this.refusals.record(request, refusal);
    if (response.headersSent) {
      // Half an answer cannot be taken back: breaking the connection is the only honest signal.
      response.destroy();
      return;
    }
    sendProblem(response, refusal, correlationIdOf(request));
  }
}

export function sendProblem(response: Response, refusal: DomainError, correlationId?: string): void {
  const body: Problem = {
    type: `urn:cupola:problem:${refusal.code.toLowerCase().replaceAll('_', '-')}`,
    title: titleOf(refusal.code),
    status: ERROR_CODES[refusal.code],
    detail: refusal.message,
    code: refusal.code,
    ...(refusal.extra.errors === undefined ? {} : { errors: refusal.extra.errors }),
    ...(refusal.extra.retryAfter === undefined ? {} : { retryAfter: refusal.extra.retryAfter }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
  if (body.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  if (body.retryAfter !== undefined) response.setHeader('Retry-After', String(body.retryAfter));
  response.setHeader('Cache-Control', 'no-store');
  response.status(body.status).type('application/problem+json').send(JSON.stringify(body));
}

/** The refusal that an error amounts to, for REST and sockets alike. */
export function refusalFor(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  // Nest wraps what the body parser throws, and what we throw inside of it.
  if (error instanceof HttpException && error.cause instanceof DomainError) return error.cause;
  if (isDatabaseUnavailable(error)) {
    return new DomainError('DATABASE_UNAVAILABLE', 'The database is not reachable at the moment. Try again shortly.', { retryAfter: 2 });
  }
  const status = statusOf(error);
  if (status === 404) return new DomainError('NOT_FOUND', 'There is nothing at this address.');
  if (status === 413) return new DomainError('PAYLOAD_TOO_LARGE', 'The request is larger than this address accepts.');
  if (status === 415) return new DomainError('UNSUPPORTED_MEDIA_TYPE', 'The body must be JSON in UTF-8 (Content-Type: application/json).');
  if (status !== null && status >= 400 && status < 500) return new DomainError('MALFORMED_REQUEST', malformedText(error));
  return new DomainError('INTERNAL', 'Something failed on our side. The log has the details under the correlation id.');
}

/** Nest's exceptions and the body parser's errors both carry an HTTP status. */
function statusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { status?: unknown } | null)?.status;
  return error instanceof Error && typeof status === 'number' ? status : null;
}

function malformedText(error: unknown): string {
  const { type, message } = error as Error & { type?: unknown };
  if (type === 'entity.parse.failed' || /JSON/.test(message)) return 'The body is not valid JSON.';
  return 'The request cannot be read.';
}
