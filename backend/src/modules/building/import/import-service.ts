import { DomainError, type ImportReport } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../../../auth/access-service.js';
import type { Actor } from '../../../auth/actor.js';
import { Database } from '../../../database/database.js';
import { AuditTrail } from '../../audit/index.js';
import { requireTimeZone } from '../time-zone.js';
import { IMPORT_COLUMNS, type ImportRow, toReport } from './import-rows.js';
import { findTarget, type ImportTarget } from './import-target.js';
import { type ImportOptions, readModel, type ReadModel, reportOn } from './prepare-import.js';
import { loadStoredModel, NOTHING_STORED } from './stored-model.js';

/** Phase one of an import: reads a model and keeps it with a report. Nothing of the building changes. */
@Injectable()
export class ImportService {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError MODEL_MALFORMED, MODEL_EMPTY, FORBIDDEN, VALIDATION_FAILED */
  async prepare(actor: Actor, options: ImportOptions, source: string): Promise<ImportReport> {
    requireTimeZone(options.timeZone);
    const query = this.database.query.bind(this.database);
    const read = await this.read(actor, options, source);
    const target = await findTarget(query, { site: options.site, building: options.building, model: read.model });
    this.requirePlace(actor, target);
    const stored = target.buildingId === null ? NOTHING_STORED : await loadStoredModel(query, target.buildingId);
    const { report, hasErrors } = reportOn(read, stored, { site: options.site, building: target.building });
    const [row] = await this.database.query<ImportRow>(
      `INSERT INTO imports AS i (status, source, options, report, building_id, building_revision, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${IMPORT_COLUMNS}`,
      [hasErrors ? 'rejected' : 'ready', source, JSON.stringify(options), JSON.stringify(report), target.buildingId, target.revision, actor.userId],
    );
    if (!row) throw new Error('The import was not stored.');
    return toReport(row);
  }

  /** Who may import nowhere near this site learns nothing about it, but whose text cannot be read is told so first. */
  private requirePlace(actor: Actor, { siteId, buildingId }: ImportTarget): void {
    if (siteId === null) this.access.requireEverywhere(actor, 'building.import');
    else this.access.require(actor, 'building.import', { siteId, buildingId, floorId: null });
  }

  private async read(actor: Actor, options: ImportOptions, source: string): Promise<ReadModel> {
    try {
      return await readModel(source, options);
    } catch (error) {
      // A refused model leaves no trace but this one: who tried, and why it was refused.
      if (error instanceof DomainError) {
        await this.audit.recordRefusal({
          ...{ actor, operation: 'building.import', target: options.building ?? options.site, targetId: null },
          ...{ chainKey: options.site, code: error.code, reason: error.message },
        });
      }
      throw error;
    }
  }
}
