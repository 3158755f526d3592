import type { DomainError } from '@cupola/contracts';
import { Injectable, Logger } from '@nestjs/common';
import { AuditTrail } from '../modules/audit/index.js';
import { callerOf, type CupolaRequest } from './request-context.js';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Writes down who tried to change what they may not. */
@Injectable()
export class RefusalAudit {
  private readonly logger = new Logger('Audit');

  constructor(private readonly audit: AuditTrail) {}

  /** Does nothing for reads, for other refusals, and for callers that nobody knows. */
  async record(request: CupolaRequest, refusal: DomainError): Promise<void> {
    if (refusal.code !== 'FORBIDDEN' || request.actor === undefined || READS.has(request.method)) return;
    const route = (request.route as { path?: string } | undefined)?.path ?? request.path;
    const targetId = typeof request.params['id'] === 'string' ? request.params['id'] : null;
    try {
      await this.audit.recordRefusal({
        ...{ actor: { ...request.actor, ...callerOf(request) }, operation: `${request.method} ${route}`, target: route, targetId },
        ...{ chainKey: targetId ?? request.actor.userId, code: refusal.code, reason: refusal.message },
      });
    } catch (error) {
      // The request is refused either way; that its refusal could not be kept is for whoever runs this.
      this.logger.error('A refused request could not be recorded', error);
    }
  }
}
