import type { Transaction } from '../../database/unit-of-work.js';
import type { NewController } from './registration.js';

/** A controller that is there already and stands in the way: which part of the new one, and why. */
export interface Duplicate {
  part: 'name' | 'serial' | 'equipment';
  text: string;
}

interface ExistingRow {
  name: string;
  siteId: string;
  serial: string | null;
  equipmentId: string | null;
  isRevoked: boolean;
}

/** Controllers in the database that new ones would collide with, read once for all rows. */
export class DuplicateFinder {
  private readonly byName: ReadonlyMap<string, ExistingRow>;
  private readonly bySerial: ReadonlyMap<string, ExistingRow>;
  private readonly byEquipment: ReadonlyMap<string, ExistingRow>;

  private constructor(rows: readonly ExistingRow[]) {
    const live = rows.filter(({ isRevoked }) => !isRevoked);
    this.byName = new Map(rows.map((row) => [keyOf(row.siteId, row.name), row]));
    this.bySerial = new Map(live.flatMap((row) => (row.serial === null ? [] : [[keyOf(row.siteId, row.serial), row]])));
    this.byEquipment = new Map(live.flatMap((row) => (row.equipmentId === null ? [] : [[row.equipmentId, row]])));
  }

  static async load(tx: Pick<Transaction, 'query'>, wanted: readonly NewController[]): Promise<DuplicateFinder> {
    const rows = await tx.query<ExistingRow>(
      `SELECT name, site_id AS "siteId", serial, equipment_id AS "equipmentId", status = 'revoked' AS "isRevoked" FROM controllers
       WHERE (site_id = ANY($1::uuid[]) AND (name = ANY($2::text[]) OR serial = ANY($3::text[]))) OR equipment_id = ANY($4::uuid[])`,
      [
        [...new Set(wanted.map(({ place }) => place.siteId))],
        wanted.map(({ name }) => name),
        wanted.flatMap(({ serial }) => serial ?? []),
        wanted.flatMap(({ place }) => place.equipmentId ?? []),
      ],
    );
    return new DuplicateFinder(rows);
  }

  find({ name, serial, place }: NewController): Duplicate[] {
    const found: Duplicate[] = [];
    const named = this.byName.get(keyOf(place.siteId, name));
    if (named !== undefined) {
      const hint = named.isRevoked ? ' It was revoked; its name stays with its history.' : '';
      found.push({ part: 'name', text: `There is a controller ${name} at ${place.siteName} already.${hint}` });
    }
    const same = serial === null ? undefined : this.bySerial.get(keyOf(place.siteId, serial));
    if (same !== undefined) found.push({ part: 'serial', text: `Serial ${serial} belongs to ${same.name} already.` });
    const serving = place.equipmentId === null ? undefined : this.byEquipment.get(place.equipmentId);
    if (serving !== undefined) found.push({ part: 'equipment', text: `${place.equipmentName} has a controller already: ${serving.name}.` });
    return found;
  }
}

function keyOf(siteId: string, value: string): string {
  return `${siteId} ${value}`;
}
