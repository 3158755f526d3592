import { importReport, sitesResponse, type ImportReport } from '@cupola/contracts';
import type { UnitSystem } from '@cupola/domain';
import { CallerError } from './caller-error.js';
import { ProductRefusal, type ProductApi } from './product-api.js';

export interface Place {
  readonly siteId: string;
  readonly buildingId: string;
  readonly buildingName: string;
}

export interface ImportRequest {
  /** How messages call the model: its file, or what made it. */
  readonly source: string;
  readonly turtle: string;
  readonly site: string;
  readonly building: string | null;
  readonly timeZone: string;
  readonly unitSystem: UnitSystem;
}

/** Imports the model unless the product has it already, and says where its building is. */
export async function importModel(api: ProductApi, request: ImportRequest, say: (line: string) => void): Promise<Place> {
  const report = await upload(api, request);
  for (const finding of report.findings.slice(0, 5)) say(`  ${finding.severity}: ${finding.text}`);
  if (report.status === 'rejected') {
    throw new CallerError(`The product refuses the model: ${report.findings.find(({ severity }) => severity === 'error')?.text ?? 'it has errors'}`);
  }
  const { added, changed } = report.diff;
  if (report.status === 'ready' && (added + changed > 0 || report.buildingId === null)) await apply(api, report, say);
  return findPlace(api, report);
}

async function upload(api: ProductApi, request: ImportRequest): Promise<ImportReport> {
  const query = new URLSearchParams({ site: request.site, unitSystem: request.unitSystem, timeZone: request.timeZone });
  if (request.building !== null) query.set('building', request.building);
  try {
    return await api.postText(`/api/v1/imports?${query}`, 'text/turtle', request.turtle, importReport);
  } catch (error) {
    if (error instanceof ProductRefusal) throw new CallerError(`The product refuses to import ${request.source}: ${error.message}`);
    throw error;
  }
}

async function apply(api: ProductApi, report: ImportReport, say: (line: string) => void): Promise<void> {
  const { floors, spaces, equipment, points } = report.counts;
  say(`Importing ${report.building}: ${floors} floors, ${spaces} rooms, ${equipment} pieces of equipment, ${points} points`);
  try {
    await api.post(`/api/v1/imports/${report.id}/apply`, {}, importReport);
  } catch (error) {
    // A repeated apply after a lost answer, or somebody else's: either way the model is there.
    if (!(error instanceof ProductRefusal) || error.code !== 'IMPORT_ALREADY_APPLIED') throw error;
  }
}

async function findPlace(api: ProductApi, report: ImportReport): Promise<Place> {
  const { items } = await api.get('/api/v1/sites', sitesResponse);
  const site = items.find(({ name }) => name === report.site);
  const building = site?.buildings.find(({ name }) => name === report.building);
  if (site === undefined || building === undefined) {
    throw new CallerError(`The product has no building ${report.building} on site ${report.site} after the import.`);
  }
  return { siteId: site.id, buildingId: building.id, buildingName: building.name };
}
