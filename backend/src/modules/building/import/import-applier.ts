import { DomainError, type ImportReport } from '@cupola/contracts';
import type { MessageBus } from '@cupola/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { AccessService } from '../../../auth/access-service.js';
import type { Actor } from '../../../auth/actor.js';
import { BUS } from '../../../bus.js';
import { type Transaction, UnitOfWork } from '../../../database/unit-of-work.js';
import { AuditTrail } from '../../audit/index.js';
import { IMPORT_COLUMNS, type ImportRow, toReport } from './import-rows.js';
import { ImportQueries } from './import-queries.js';
import { findTarget } from './import-target.js';
import type { ModelDiff } from './model-diff.js';
import { readModel, type ReadModel, reportOn, type StoredReport } from './prepare-import.js';
import { loadStoredModel } from './stored-model.js';
import { drawFloors, writeModel } from './write-model.js';

const STALE = 'The building has changed since this report was made. Send the model again and look at the new report.';

/** Phase two of an import: writes the stored model in one transaction, or nothing. */
@Injectable()
export class ImportApplier {
  constructor(
    private readonly imports: ImportQueries,
    private readonly unitOfWork: UnitOfWork,
    private readonly access: AccessService,
    private readonly audit: AuditTrail,
    @Inject(BUS) private readonly bus: MessageBus,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, MODEL_HAS_ERRORS, IMPORT_ALREADY_APPLIED, IMPORT_STALE */
  async apply(actor: Actor, id: string): Promise<ImportReport> {
    const { options } = requireReady(await this.imports.row(actor, id));
    // Read before the transaction opens: parsing takes long, and the stored source never changes.
    const read = await readModel(await this.imports.source(id), options);
    return this.unitOfWork.run(async (tx) => {
      const [locked] = await tx.query<ImportRow>(`SELECT ${IMPORT_COLUMNS} FROM imports i WHERE i.id = $1 FOR UPDATE`, [id]);
      const row = requireReady(locked);
      const buildingId = await this.lockBuilding(tx, actor, row, read);
      const stored = await loadStoredModel(tx.query, buildingId);
      const { report, diff } = reportOn(read, stored, { site: options.site, building: row.report.building });
      await this.write(tx, buildingId, diff);
      await this.record(tx, actor, { id, buildingId, report });
      const [applied] = await tx.query<ImportRow>(
        `UPDATE imports i SET status = 'applied', applied_at = now(), building_id = $2, report = $3 WHERE i.id = $1 RETURNING ${IMPORT_COLUMNS}`,
        [id, buildingId, JSON.stringify(report)],
      );
      tx.afterCommit(() => void this.bus.publish('live.model', { buildingId }));
      return toReport(applied as ImportRow);
    });
  }

  /** The building's row, locked and at its next revision; made, with its site, when it does not exist yet. */
  private async lockBuilding(tx: Transaction, actor: Actor, row: ImportRow, { model }: ReadModel): Promise<string> {
    const { options } = row;
    const target = await findTarget(tx.query, { site: options.site, building: options.building, model });
    if (target.buildingId !== row.building_id) throw new DomainError('IMPORT_STALE', STALE);
    if (target.siteId === null) this.access.requireEverywhere(actor, 'building.import');
    else this.access.require(actor, 'building.import', { siteId: target.siteId, buildingId: target.buildingId, floorId: null });
    if (target.buildingId === null) return this.addBuilding(tx, target.siteId, row, model);
    const [building] = await tx.query<{ id: string }>(
      'UPDATE buildings SET revision = revision + 1, unit_system = $3, source_id = $4 WHERE id = $1 AND revision = $2 RETURNING id',
      [target.buildingId, row.building_revision, options.unitSystem, model.sourceId],
    );
    if (!building) throw new DomainError('IMPORT_STALE', STALE);
    return building.id;
  }

  private async addBuilding(tx: Transaction, knownSite: string | null, row: ImportRow, model: ReadModel['model']): Promise<string> {
    const { options, report } = row;
    let siteId = knownSite;
    if (siteId === null) {
      const [site] = await tx.query<{ id: string }>('INSERT INTO sites (name, time_zone) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING id', [
        options.site,
        options.timeZone,
      ]);
      siteId = site?.id ?? null;
    }
    // Somebody else's import of the same site or building won the race.
    if (siteId === null) throw new DomainError('IMPORT_STALE', STALE);
    const [building] = await tx.query<{ id: string }>(
      `INSERT INTO buildings (site_id, name, source_id, unit_system) VALUES ($1, $2, $3, $4)
       ON CONFLICT (site_id, name) DO NOTHING RETURNING id`,
      [siteId, report.building, model.sourceId, options.unitSystem],
    );
    if (!building) throw new DomainError('IMPORT_STALE', STALE);
    return building.id;
  }

  private async write(tx: Transaction, buildingId: string, diff: ModelDiff): Promise<void> {
    await writeModel(tx.query, buildingId, diff);
    await drawFloors(tx.query, buildingId);
  }

  private record(tx: Transaction, actor: Actor, done: { id: string; buildingId: string; report: StoredReport }): Promise<void> {
    const { site, building, counts, diff } = done.report;
    return this.audit.record(tx, {
      ...{ actor, operation: 'building.import', target: `${building}, ${site}`, targetId: done.buildingId },
      ...{ chainKey: done.buildingId, result: 'done', after: { importId: done.id, counts, diff } },
    });
  }
}

function requireReady(row: ImportRow | undefined): ImportRow {
  if (!row) throw new DomainError('NOT_FOUND', 'There is no import with this id.');
  if (row.status === 'applied') throw new DomainError('IMPORT_ALREADY_APPLIED', 'This import has been applied already. Send the model again to import it once more.');
  if (row.status === 'rejected') throw new DomainError('MODEL_HAS_ERRORS', 'The report of this import lists errors. Correct the model and send it again.');
  return row;
}
