import { classLabel, idInWords, isCode, lastSegment } from '@cupola/domain';
import type { ModelPoint } from './building-model.js';
import type { Entity } from './model-graph.js';
import { localName } from './vocabulary.js';

/** What people read: the label, else the end of the name that the source system uses, else the id in words. */
export function pointLabel(entity: Entity, brickClass: string): string {
  const told = entity.label ?? (entity.literals.get('pointname') ?? '').split('.').at(-1)?.replace(/_/g, ' ').trim();
  const label = told === undefined || told === '' ? idInWords(lastSegment(localName(entity.iri)).split('.').at(-1) ?? '') : told;
  return isCode(label) ? `${classLabel(brickClass)} ${label}`.trim() : label;
}

/**
 * Keys by which controllers report: the local name of the IRI where that is unique in the model, else as much more of the IRI as
 * makes it so.
 */
export function uniqueKeys(iris: readonly string[]): Map<string, string> {
  const keys = new Map<string, string>();
  let open = iris.map((iri) => ({ iri, key: localName(iri) }));
  for (let more = 1; open.length > 0; more += 1) {
    const groups = Map.groupBy(open, ({ key }) => key);
    open = [];
    for (const [key, sharing] of groups) {
      const [first] = sharing;
      if (sharing.length === 1 && first) keys.set(first.iri, key);
      else open.push(...sharing.map(({ iri }) => ({ iri, key: longerTail(iri, more) })));
    }
  }
  return keys;
}

function longerTail(iri: string, more: number): string {
  const name = localName(iri);
  const before = iri.slice(0, iri.length - name.length).split('/');
  return more >= before.length ? iri : before.slice(-more).join('/') + name;
}

/** Two points of one owner with one label would be told apart by nobody: adds the part of their keys in which they differ. */
export function tellApart(points: ModelPoint[]): void {
  const groups = Map.groupBy(points, (point) => [point.equipment ?? point.space ?? point.zone ?? '', point.label].join('\n'));
  for (const sharing of groups.values()) {
    if (sharing.length < 2) continue;
    const pieces = sharing.map(({ key }) => key.split(/[./]/));
    const differing = pieces[0]?.findIndex((piece, at) => pieces.some((other) => other[at] !== piece)) ?? -1;
    sharing.forEach((point, at) => {
      const piece = pieces[at]?.[differing];
      if (piece !== undefined) point.label = `${point.label} (${piece.replace(/_/g, ' ')})`;
    });
  }
}
