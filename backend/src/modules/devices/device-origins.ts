import { DomainError } from '@cupola/contracts';
import { CLOSE_CODES, type Permission } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { LinkChanges } from './link-changes.js';
import { SessionClosing } from './session-closing.js';

/** Origins that the controllers of a site may name. Most name none; one that names another is somebody's web page. */
@Injectable()
export class DeviceOrigins {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: AccessService,
    private readonly sessions: SessionClosing,
    private readonly links: LinkChanges,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN */
  async list(actor: Actor, siteId: string): Promise<string[]> {
    return this.unitOfWork.run(async (tx) => {
      await this.requireSite(tx, actor, siteId, 'controllers.read');
      return read(tx, siteId);
    });
  }

  /** Sessions from an origin that is not on the new list are closed. @throws DomainError NOT_FOUND, FORBIDDEN */
  async replace(actor: Actor, siteId: string, origins: readonly string[]): Promise<string[]> {
    return this.unitOfWork.run(async (tx) => {
      const name = await this.requireSite(tx, actor, siteId, 'controllers.origins');
      const before = await read(tx, siteId);
      await tx.query('DELETE FROM device_origins WHERE site_id = $1 AND origin <> ALL($2::text[])', [siteId, origins]);
      await tx.query(
        'INSERT INTO device_origins (site_id, origin, created_by) SELECT $1, origin, $3 FROM unnest($2::text[]) AS origin ON CONFLICT DO NOTHING',
        [siteId, origins, actor.userId],
      );
      for (const origin of before.filter((each) => !origins.includes(each))) await this.closeFrom(tx, siteId, origin);
      const after = await read(tx, siteId);
      const entry = { actor, operation: 'site.origins', target: `site ${name}`, targetId: siteId, chainKey: siteId };
      await this.audit.record(tx, { ...entry, result: 'done', before, after });
      return after;
    });
  }

  private async closeFrom(tx: Transaction, siteId: string, origin: string): Promise<void> {
    const rows = await tx.query<{ id: string }>(
      `SELECT c.id FROM controllers c WHERE c.site_id = $1
         AND EXISTS (SELECT FROM controller_sessions s WHERE s.controller_id = c.id AND s.origin = $2 AND s.ended_at IS NULL)
       ORDER BY c.id FOR NO KEY UPDATE OF c`,
      [siteId, origin],
    );
    const what = `Its origin ${origin} was taken off the list of its site: put it back, or let the controller name none`;
    for (const { id } of rows) {
      const closed = await this.sessions.close(tx, id, CLOSE_CODES.authenticationLapsed, 'this origin is not allowed any more');
      await this.links.offline(tx, closed.map(({ sessionId }) => sessionId), 'admission_refused', what);
    }
  }

  private async requireSite(tx: Transaction, actor: Actor, siteId: string, permission: Permission): Promise<string> {
    const [site] = await tx.query<{ name: string }>('SELECT name FROM sites WHERE id = $1 FOR NO KEY UPDATE', [siteId]);
    const location = { siteId, buildingId: null, floorId: null };
    if (site === undefined || !this.access.may(actor, 'controllers.read', location)) throw new DomainError('NOT_FOUND', 'There is no such site.');
    this.access.require(actor, permission, location);
    return site.name;
  }
}

async function read(tx: Transaction, siteId: string): Promise<string[]> {
  const rows = await tx.query<{ origin: string }>('SELECT origin FROM device_origins WHERE site_id = $1 ORDER BY origin', [siteId]);
  return rows.map(({ origin }) => origin);
}
