import { DomainError } from '@cupola/contracts';
import type { Request, RequestHandler } from 'express';

const SECRET_NAMES = /^(access_?token|refresh_?token|token|ticket|jwt|auth|authorization|bearer|password|secret)$/i;
const JWT = /^(Bearer )?(eyJ[\w-]+\.[\w-]+\.[\w-]*)$/i;

/** Makes a secret useless that has just been written into access logs. */
export type BurnSecret = (secret: string, request: Request) => Promise<void>;

/** A ticket or token in a query string is refused and burnt: logs, histories and referrers keep addresses. */
export function refuseSecretsInUrl(burn: BurnSecret): RequestHandler {
  return async (request, _response, next) => {
    const secrets = [...new URL(request.originalUrl, 'http://any').searchParams].filter(([name, value]) => SECRET_NAMES.test(name) || JWT.test(value));
    if (secrets.length === 0) {
      next();
      return;
    }
    for (const [, value] of secrets) await burn(value.replace(JWT, '$2'), request);
    throw new DomainError('TICKET_IN_URL', 'Tickets, tokens and passwords never belong into an address. This one is no longer valid.');
  };
}
