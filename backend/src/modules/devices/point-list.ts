import { type DevicePoint, DomainError } from '@cupola/contracts';
import { createHash } from 'node:crypto';
import { isPlain } from './plain-text.js';

/** The list's revision: SHA-256 of its entries in the order of aliases, members sorted, so that the order of sending does not matter. */
export function revisionOf(points: readonly DevicePoint[]): string {
  const canonical = points.toSorted((a, b) => a.alias - b.alias).map((point) => Object.entries(point).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}

/** @throws DomainError POINT_LIST_INVALID when two entries claim one key or one alias, or a key cannot be stored */
export function requireDistinct(points: readonly DevicePoint[]): void {
  const keys = new Set<string>();
  const aliases = new Map<number, string>();
  for (const { key, alias } of points) {
    if (!isPlain(key)) throw invalid(`The key of alias ${alias} has characters that cannot be stored.`);
    if (keys.has(key)) throw invalid(`The key ${key} appears twice.`);
    const other = aliases.get(alias);
    if (other !== undefined) throw invalid(`The alias ${alias} stands for ${other} and for ${key}.`);
    keys.add(key);
    aliases.set(alias, key);
  }
}

function invalid(detail: string): DomainError {
  return new DomainError('POINT_LIST_INVALID', detail);
}
