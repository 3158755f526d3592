import type { ImportReport } from '@cupola/contracts';
import type { ImportOptions, StoredReport } from './prepare-import.js';

/** A row of `imports` without its source, which may be large. */
export interface ImportRow {
  id: string;
  status: ImportReport['status'];
  options: ImportOptions;
  report: StoredReport;
  building_id: string | null;
  building_revision: number | null;
  created_at: Date;
  applied_at: Date | null;
}

export const IMPORT_COLUMNS = 'i.id, i.status, i.options, i.report, i.building_id, i.building_revision, i.created_at, i.applied_at';

export function toReport(row: ImportRow): ImportReport {
  return {
    id: row.id,
    status: row.status,
    unitSystem: row.options.unitSystem,
    ...row.report,
    createdAt: row.created_at.toISOString(),
    appliedAt: row.applied_at?.toISOString() ?? null,
    buildingId: row.building_id,
  };
}
