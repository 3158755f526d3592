import { devicePoint } from '@cupola/contracts';
import type { DevicePoint } from '@cupola/contracts';
import { createHash } from 'node:crypto';
import type { z } from 'zod';

/** A point as the controller's own program names it: the alias is chosen here, defaults are filled in. */
export type PointDefinition = Omit<z.input<typeof devicePoint>, 'alias'>;

/** Above this the list travels by PUT and HELLO carries its revision only (device protocol: 16 KiB per message). */
const MAX_INLINE_BYTES = 16 * 1024;

/** The controller's point list with the aliases that stand for its keys in frames. */
export class PointList {
  readonly points: readonly DevicePoint[];
  readonly #byKey: ReadonlyMap<string, DevicePoint>;
  #rev: string;

  /** Throws when a definition is invalid, a key appears twice, or a writable point has no relinquish default. */
  constructor(definitions: readonly PointDefinition[]) {
    this.points = definitions.map((definition, alias) => devicePoint.parse({ ...definition, alias }));
    this.#byKey = new Map(this.points.map((point) => [point.key, point]));
    if (this.#byKey.size !== this.points.length) throw new Error('two points have the same key: keys name a point within its controller');
    const homeless = this.points.find((point) => point.writable && point.relinquishDefault === undefined);
    if (homeless) throw new Error(`writable point ${homeless.key} needs a relinquishDefault: the value in force while nobody commands it`);
    this.#rev = revisionOf(this.points);
  }

  /** Revision that HELLO names: computed here until the gateway has named its own for this list. */
  get rev(): string {
    return this.#rev;
  }

  /** The gateway's receipt: from now on HELLO repeats the revision that it named. */
  acknowledge(rev: string): void {
    this.#rev = rev;
  }

  find(key: string): DevicePoint | undefined {
    return this.#byKey.get(key);
  }

  /** What HELLO carries: the list itself while it is small, else its revision. */
  forHello(): DevicePoint[] | string {
    const isSmall = Buffer.byteLength(JSON.stringify(this.points)) <= MAX_INLINE_BYTES;
    return isSmall ? [...this.points] : this.#rev;
  }
}

/** SHA-256, lower-case hex, of the list in order of aliases, each entry as its members `[name, value]` sorted by name. */
export function revisionOf(points: readonly DevicePoint[]): string {
  const canonical = points.toSorted((a, b) => a.alias - b.alias).map((point) => Object.entries(point).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}

/** JSON with sorted object keys; members that are undefined are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
