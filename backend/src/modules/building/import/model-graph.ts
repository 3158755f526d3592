import type { Quad, Term } from 'n3';
import {
  BACNET_URI,
  brickTerm,
  EXTERNAL_REFERENCE,
  isOntologyTerm,
  localName,
  RDF_TYPE,
  RDFS_LABEL,
  RELATIONS,
  type Relation,
  relationOf,
  SUBCLASS_OF,
  TIMESERIES_ID,
} from './vocabulary.js';

export interface Entity {
  iri: string;
  /** Local names of its classes, and of what the file says are their superclasses; the nearest first. */
  classes: string[];
  /** Local names of the classes that the file gives it directly. */
  types: string[];
  label: string | undefined;
  /** Other literals by the local name of their predicate, first value each. */
  literals: Map<string, string>;
  unit: string | undefined;
  timeseriesIds: string[];
  bacnetUris: string[];
}

const LINK = ' ';

/** A parsed model: entities with their relations, every inverse turned round, the ontology's own statements left out. */
export class ModelGraph {
  readonly entities = new Map<string, Entity>();
  private readonly forward = new Map<string, Set<string>>();
  private readonly backward = new Map<string, Set<string>>();
  private readonly superclasses = new Map<string, string[]>();

  private readonly references: Quad[] = [];

  /** Takes a statement, in any order. */
  add(quad: Quad): void {
    if (quad.predicate.value === SUBCLASS_OF) this.addSuperclass(quad);
    else if (isReference(quad.predicate.value)) this.references.push(quad);
    else this.addStatement(quad);
  }

  /** Must be called once after the last statement: some can be read only in the light of all others. */
  complete(): void {
    for (const quad of this.references) this.adoptReference(quad);
    for (const entity of this.entities.values()) entity.classes = this.withSuperclasses(entity.types);
  }

  /** What an entity points at through a relation, in the order of the file. */
  out(relation: Relation, iri: string): string[] {
    return [...(this.forward.get(relation + LINK + iri) ?? [])];
  }

  /** What points at an entity through a relation. */
  into(relation: Relation, iri: string): string[] {
    return [...(this.backward.get(relation + LINK + iri) ?? [])];
  }

  isRelated(iri: string): boolean {
    return RELATIONS.some((relation) => this.forward.has(relation + LINK + iri) || this.backward.has(relation + LINK + iri));
  }

  private addSuperclass({ subject, object }: Quad): void {
    const name = localName(subject.value);
    this.superclasses.set(name, [...(this.superclasses.get(name) ?? []), localName(object.value)]);
  }

  private addStatement({ subject, predicate, object }: Quad): void {
    if (isOntologyTerm(subject.value)) return;
    const found = relationOf(predicate.value);
    if (found) {
      if (object.termType === 'Literal') return;
      const [from, to] = found.isInverse ? [object.value, subject.value] : [subject.value, object.value];
      this.link(found.relation, from, to);
      return;
    }
    this.describe(this.entity(subject.value), predicate.value, object);
  }

  private link(relation: Relation, from: string, to: string): void {
    // What is only mentioned is looked at too: a point that nobody describes is something to report.
    for (const iri of [from, to]) if (!isOntologyTerm(iri)) this.entity(iri);
    append(this.forward, relation + LINK + from, to);
    append(this.backward, relation + LINK + to, from);
  }

  private describe(entity: Entity, predicate: string, object: Term): void {
    if (predicate === RDF_TYPE) {
      if (!/^http:\/\/www\.w3\.org\//.test(object.value)) entity.types.push(localName(object.value));
    } else if (predicate === RDFS_LABEL) entity.label ??= object.value.trim() || undefined;
    else if (predicate === TIMESERIES_ID || brickTerm(predicate) === 'hasTimeseriesId') entity.timeseriesIds.push(object.value);
    else if (predicate === BACNET_URI) entity.bacnetUris.push(object.value);
    else if (brickTerm(predicate) === 'hasUnit') entity.unit ??= localName(object.value);
    else if (object.termType === 'Literal' && !entity.literals.has(localName(predicate))) entity.literals.set(localName(predicate), object.value);
  }

  /** `ref:hasExternalReference [ ref:hasTimeseriesId "..." ]`: what the reference node says is the point's. */
  private adoptReference({ subject, object }: Quad): void {
    const reference = this.entities.get(object.value);
    if (!reference) return;
    const owner = this.entity(subject.value);
    owner.timeseriesIds.push(...reference.timeseriesIds);
    owner.bacnetUris.push(...reference.bacnetUris);
    this.entities.delete(object.value);
  }

  private entity(iri: string): Entity {
    let entity = this.entities.get(iri);
    if (!entity) {
      entity = { iri, classes: [], types: [], label: undefined, literals: new Map(), unit: undefined, timeseriesIds: [], bacnetUris: [] };
      this.entities.set(iri, entity);
    }
    return entity;
  }

  private withSuperclasses(types: readonly string[]): string[] {
    const seen = new Set(types);
    for (const name of seen) for (const above of this.superclasses.get(name) ?? []) seen.add(above);
    return [...seen];
  }
}

/** Brick 1.2 wrote `brick:timeseries [ brick:hasTimeseriesId ... ]`, later versions the `ref:` terms. */
function isReference(predicate: string): boolean {
  return predicate === EXTERNAL_REFERENCE || brickTerm(predicate) === 'timeseries';
}

function append(links: Map<string, Set<string>>, key: string, value: string): void {
  const known = links.get(key);
  if (known) known.add(value);
  else links.set(key, new Set([value]));
}
