import { randomUUID } from 'node:crypto';
import type { BuildingModel, SourceId } from './building-model.js';
import type { Findings } from './findings.js';
import { ENTITY_KINDS, type EntityKind, type StoredModel } from './stored-model.js';
import { localName } from './vocabulary.js';

type Item<K extends EntityKind> = BuildingModel[K][number];

/** What an import would do to one kind of entity. */
export interface KindDiff<K extends EntityKind> {
  /** Row ids by source id, of everything in the model: known ones keep theirs, so their history stays with them. */
  ids: Map<SourceId, string>;
  /** Added and changed items: what has to be written. */
  write: Item<K>[];
  added: number;
  changed: number;
  unchanged: number;
  /** Stored, but no longer in the model: kept. */
  missing: StoredModel[K][number][];
}

export type ModelDiff = { [K in EntityKind]: KindDiff<K> };

/** Compares a model with what is stored of the building. */
export function diffModel(model: BuildingModel, stored: StoredModel): ModelDiff {
  return {
    floors: diffKind<'floors'>(model.floors, stored.floors),
    spaces: diffKind<'spaces'>(model.spaces, stored.spaces),
    zones: diffKind<'zones'>(model.zones, stored.zones),
    equipment: diffKind<'equipment'>(model.equipment, stored.equipment),
    points: diffKind<'points'>(model.points, stored.points),
  };
}

export function sumOf(diff: ModelDiff): { added: number; changed: number; unchanged: number; missing: number } {
  const sum = { added: 0, changed: 0, unchanged: 0, missing: 0 };
  for (const kind of ENTITY_KINDS) {
    sum.added += diff[kind].added;
    sum.changed += diff[kind].changed;
    sum.unchanged += diff[kind].unchanged;
    sum.missing += diff[kind].missing.length;
  }
  return sum;
}

function diffKind<K extends EntityKind>(items: readonly Item<K>[], stored: readonly StoredModel[K][number][]): KindDiff<K> {
  const known = matchStored<K>(items, stored);
  const diff: KindDiff<K> = { ids: new Map(), write: [], added: 0, changed: 0, unchanged: 0, missing: [] };
  for (const item of items) {
    const row = known.get(item.sourceId);
    diff.ids.set(item.sourceId, row?.id ?? randomUUID());
    if (row && sameContent(item, row)) {
      diff.unchanged += 1;
      continue;
    }
    diff.write.push(item);
    if (row) diff.changed += 1;
    else diff.added += 1;
  }
  const matched = new Set([...known.values()].map(({ id }) => id));
  diff.missing = stored.filter(({ id }) => !matched.has(id));
  return diff;
}

/** By source id; what is left on both sides by local name, because a model may only have changed its namespace. */
function matchStored<K extends EntityKind>(items: readonly Item<K>[], stored: readonly StoredModel[K][number][]): Map<SourceId, StoredModel[K][number]> {
  const bySource = new Map(stored.map((row) => [row.sourceId, row]));
  const wanted = new Set(items.map(({ sourceId }) => sourceId));
  const left = Map.groupBy(stored.filter(({ sourceId }) => !wanted.has(sourceId)), ({ sourceId }) => localName(sourceId));
  const matches = new Map<SourceId, StoredModel[K][number]>();
  for (const { sourceId } of items) {
    const same = bySource.get(sourceId);
    const renamed = same ? undefined : left.get(localName(sourceId));
    const row = same ?? (renamed?.length === 1 ? renamed[0] : undefined);
    if (!row) continue;
    matches.set(sourceId, row);
    if (renamed) left.delete(localName(sourceId));
  }
  return matches;
}

function sameContent(item: object, row: { id: string }): boolean {
  const { id: _id, ...content } = row;
  return canonical(item) === canonical(content);
}

/** JSON with sorted keys, and with lists sorted too: the order of statements in a file means nothing. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, content]) => content !== undefined);
  return `{${entries.map(([key, content]) => `${JSON.stringify(key)}:${canonical(content)}`).sort().join()}}`;
}

/** What cannot be written beside rows that the model no longer names, and what a person should know of the difference. */
export function reportDiff(model: BuildingModel, stored: StoredModel, diff: ModelDiff, findings: Findings): void {
  const gone = ENTITY_KINDS.flatMap((kind) => diff[kind].missing.map((row) => ('label' in row ? row.label : row.name)));
  for (const name of gone) findings.warn('NO_LONGER_IN_MODEL', name, 'Stored, but not in this model: kept as they are, with their history.');
  const levels = new Map(diff.floors.missing.map((floor) => [floor.level, floor.name]));
  for (const { name, level } of model.floors) {
    const taken = levels.get(level);
    if (taken !== undefined) findings.error('LEVEL_TAKEN', name, `Level ${level} belongs to the stored floor "${taken}", which this model does not have.`);
  }
  const keys = new Set(diff.points.missing.map(({ key }) => key));
  for (const { key, label } of model.points) {
    if (keys.has(key)) findings.error('KEY_TAKEN', label, 'A stored point that this model does not have uses the same key. Give one of them another id.');
  }
  const rows = new Map(stored.points.map((point) => [point.id, point]));
  for (const point of diff.points.write) {
    const before = rows.get(diff.points.ids.get(point.sourceId) ?? '');
    if (before && (before.unit !== point.unit || before.kind !== point.kind)) {
      findings.warn('UNIT_CHANGED', point.key, 'Unit or kind of these stored points changes: controllers that report the former will be refused until they follow.');
    }
  }
}
