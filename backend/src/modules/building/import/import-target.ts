import { type Query } from './stored-model.js';

/** The place that an import is for, as far as it exists already. */
export interface ImportTarget {
  siteId: string | null;
  buildingId: string | null;
  /** Null while there is no building. */
  revision: number | null;
  /** The building's stored name; the model's or the asked one before it exists. */
  building: string;
}

/** What an import names: the site, the building if the caller named one, and what the model calls it. */
export interface TargetNames {
  site: string;
  building: string | undefined;
  model: { name: string; sourceId: string | null };
}

interface BuildingRow {
  id: string;
  name: string;
  revision: number;
  source_id: string | null;
}

/** A building that the caller names is found by that name; otherwise the model's own id finds it, and its name after that. */
export async function findTarget(query: Query, names: TargetNames): Promise<ImportTarget> {
  const wanted = names.building ?? names.model.name;
  const [site] = await query<{ id: string }>('SELECT id FROM sites WHERE name = $1', [names.site]);
  if (!site) return { siteId: null, buildingId: null, revision: null, building: wanted };
  const rows = await query<BuildingRow>('SELECT id, name, revision, source_id FROM buildings WHERE site_id = $1 AND (name = $2 OR source_id = $3)', [
    site.id,
    wanted,
    names.building === undefined ? names.model.sourceId : null,
  ]);
  const row = rows.find(({ source_id }) => source_id !== null && source_id === names.model.sourceId) ?? rows[0];
  return { siteId: site.id, buildingId: row?.id ?? null, revision: row?.revision ?? null, building: row?.name ?? wanted };
}
