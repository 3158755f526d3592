import type { Location } from '@cupola/domain';
import type { Transaction } from '../../database/unit-of-work.js';

/** Where a new controller shall stand: names (or ids) as the caller gives them. */
export interface WantedPlace {
  site: string;
  building?: string | undefined;
  equipment?: string | undefined;
}

export interface Place extends Location {
  equipmentId: string | null;
  siteName: string;
  equipmentName: string | null;
}

/** What is wrong with a place: which of its parts, and why, in the caller's words. */
export interface PlaceProblem {
  part: keyof WantedPlace;
  text: string;
}

interface SiteRow {
  id: string;
  name: string;
}
interface BuildingRow extends SiteRow {
  siteId: string;
}
interface EquipmentRow extends SiteRow {
  buildingId: string;
  floorId: string | null;
  sourceId: string | null;
}

/** The parts of the model that a registration names, read once for all of its rows. */
export class PlaceIndex {
  private constructor(
    private readonly sites: readonly SiteRow[],
    private readonly buildings: readonly BuildingRow[],
    private readonly equipment: ReadonlyMap<string, readonly EquipmentRow[]>,
  ) {}

  static async load(tx: Pick<Transaction, 'query'>, wanted: readonly WantedPlace[]): Promise<PlaceIndex> {
    const sites = await tx.query<SiteRow>('SELECT id, name FROM sites WHERE id::text = ANY($1::text[]) OR name = ANY($1::text[])', [
      [...new Set(wanted.map(({ site }) => site))],
    ]);
    const buildings = await tx.query<BuildingRow>('SELECT id, name, site_id AS "siteId" FROM buildings WHERE site_id = ANY($1::uuid[])', [
      sites.map(({ id }) => id),
    ]);
    const equipment = await tx.query<EquipmentRow>(
      `SELECT id, name, building_id AS "buildingId", floor_id AS "floorId", source_id AS "sourceId" FROM equipment
       WHERE building_id = ANY($1::uuid[]) AND (id::text = ANY($2::text[]) OR name = ANY($2::text[]) OR source_id = ANY($2::text[]))`,
      [buildings.map(({ id }) => id), [...new Set(wanted.flatMap(({ equipment }) => equipment ?? []))]],
    );
    return new PlaceIndex(sites, buildings, byEveryName(equipment));
  }

  find(wanted: WantedPlace): Place | PlaceProblem {
    const site = this.sites.find((row) => isNamed(row, wanted.site));
    if (site === undefined) return { part: 'site', text: `There is no site ${wanted.site}.` };
    const inSite = this.buildings.filter(({ siteId }) => siteId === site.id);
    const building = wanted.building === undefined ? null : inSite.find((row) => isNamed(row, wanted.building ?? ''));
    if (building === undefined) return { part: 'building', text: `There is no building ${wanted.building} at ${site.name}.` };
    const place = { siteId: site.id, siteName: site.name, buildingId: building?.id ?? null, floorId: null };
    if (wanted.equipment === undefined) return { ...place, equipmentId: null, equipmentName: null };
    const possible = building === null ? inSite : [building];
    const found = this.findEquipment(wanted.equipment, possible);
    if ('part' in found) return found;
    return { ...place, buildingId: found.buildingId, floorId: found.floorId, equipmentId: found.id, equipmentName: found.name };
  }

  private findEquipment(name: string, buildings: readonly BuildingRow[]): EquipmentRow | PlaceProblem {
    const found = (this.equipment.get(name) ?? []).filter(({ buildingId }) => buildings.some(({ id }) => id === buildingId));
    const [only, ...others] = found;
    const where = buildings.length === 1 ? (buildings[0]?.name ?? 'this site') : 'this site';
    if (only === undefined) return { part: 'equipment', text: `There is no equipment ${name} in ${where}.` };
    if (others.length > 0) return { part: 'equipment', text: `${found.length} pieces of equipment in ${where} are called ${name}; use the id of the imported model.` };
    return only;
  }
}

function isNamed(row: SiteRow, wanted: string): boolean {
  return row.name === wanted || row.id === wanted.toLowerCase();
}

function byEveryName(rows: readonly EquipmentRow[]): Map<string, EquipmentRow[]> {
  const index = new Map<string, EquipmentRow[]>();
  for (const row of rows) {
    for (const name of new Set([row.id, row.name, row.sourceId])) {
      if (name !== null) index.set(name, [...(index.get(name) ?? []), row]);
    }
  }
  return index;
}
