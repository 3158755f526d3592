import { type createSite, DomainError, type SiteTree } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { requireTimeZone } from './time-zone.js';

export type NewSite = z.output<typeof createSite>;

/** Makes sites. */
@Injectable()
export class SiteRegistry {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: AccessService,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError FORBIDDEN unless the permission is held everywhere, VALIDATION_FAILED */
  async create(actor: Actor, site: NewSite): Promise<SiteTree> {
    this.access.requireEverywhere(actor, 'building.import');
    requireTimeZone(site.timeZone);
    return this.unitOfWork.run(async (tx) => {
      const [row] = await tx.query<{ id: string }>(
        'INSERT INTO sites (name, time_zone, address) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING RETURNING id',
        [site.name, site.timeZone, site.address],
      );
      if (!row) {
        const message = `A site called "${site.name}" exists already.`;
        throw new DomainError('VALIDATION_FAILED', `name: ${message}`, { errors: [{ path: 'name', message }] });
      }
      await this.audit.record(tx, {
        ...{ actor, operation: 'site.create', target: site.name, targetId: row.id, chainKey: row.id, result: 'done', after: site },
      });
      return { id: row.id, ...site, buildings: [] };
    });
  }
}
