/** Names and namespaces of the ontologies that models are written in. */
const BRICK = /^https?:\/\/brickschema\.org\/schema\/(?:[\d.]+\/)?Brick(?:Frame)?#(.+)$/;
const BRICK_REFERENCE = 'https://brickschema.org/schema/Brick/ref#';

export const RDF_TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
export const RDFS_LABEL = 'http://www.w3.org/2000/01/rdf-schema#label';
export const SUBCLASS_OF = 'http://www.w3.org/2000/01/rdf-schema#subClassOf';
export const TIMESERIES_ID = `${BRICK_REFERENCE}hasTimeseriesId`;
export const BACNET_URI = `${BRICK_REFERENCE}BACnetURI`;
export const EXTERNAL_REFERENCE = `${BRICK_REFERENCE}hasExternalReference`;

/** Relations between entities, in the direction in which Cupola keeps them. */
export const RELATIONS = ['hasPart', 'hasPoint', 'feeds', 'hasLocation', 'controls'] as const;
export type Relation = (typeof RELATIONS)[number];

const INVERSES: Readonly<Record<string, Relation>> = {
  isPartOf: 'hasPart',
  isPointOf: 'hasPoint',
  isFedBy: 'feeds',
  isLocationOf: 'hasLocation',
  isControlledBy: 'controls',
};

/** The local name of a Brick term, whatever version of Brick it is written in; `undefined` for other terms. */
export function brickTerm(iri: string): string | undefined {
  return BRICK.exec(iri)?.[1];
}

/** The relation that a predicate states, and whether subject and object have to change places for it. */
export function relationOf(predicate: string): { relation: Relation; isInverse: boolean } | undefined {
  const term = brickTerm(predicate);
  if (term === undefined) return undefined;
  const straight = RELATIONS.find((relation) => relation === term);
  if (straight) return { relation: straight, isInverse: false };
  const inverse = INVERSES[term];
  return inverse && { relation: inverse, isInverse: true };
}

/** The part of an IRI that names the entity inside its file: after `#`, else after the last slash. */
export function localName(iri: string): string {
  const afterHash = iri.slice(iri.indexOf('#') + 1);
  if (iri.includes('#') && afterHash !== '') return afterHash;
  return iri.split(/[/#]/).findLast((part) => part !== '') ?? iri;
}

/** IRIs of ontologies: what they describe are classes and properties, not a building. */
export function isOntologyTerm(iri: string): boolean {
  return brickTerm(iri) !== undefined || /^https?:\/\/(www\.w3\.org\/|qudt\.org\/|brickschema\.org\/schema\/(?:[\d.]+\/)?BrickTag#)/.test(iri);
}
