import type { PointFunction, PointKind, PointState, ZoneKind } from '@cupola/domain';

/** Entities name each other by their id in the source. */
export type SourceId = string;

export interface ModelFloor {
  sourceId: SourceId;
  name: string;
  level: number;
}

export interface ModelSpace {
  sourceId: SourceId;
  name: string;
  floor: SourceId;
  tags: Record<string, unknown>;
}

export interface ModelZone {
  sourceId: SourceId;
  kind: ZoneKind;
  name: string;
  spaces: SourceId[];
  tags: Record<string, unknown>;
}

export interface ModelEquipment {
  sourceId: SourceId;
  name: string;
  brickClass: string;
  floor: SourceId | null;
  space: SourceId | null;
  parent: SourceId | null;
  feedsEquipment: SourceId[];
  feedsZones: SourceId[];
  tags: Record<string, unknown>;
}

export interface ExternalRef {
  kind: 'timeseries' | 'bacnet';
  value: string;
}

export interface ModelPoint {
  sourceId: SourceId;
  key: string;
  label: string;
  brickClass: string;
  kind: PointKind;
  function: PointFunction;
  unit: string | null;
  states: PointState[] | null;
  writable: boolean;
  min: number | null;
  max: number | null;
  resolution: number | null;
  relinquishDefault: number | null;
  floor: SourceId | null;
  zone: SourceId | null;
  space: SourceId | null;
  equipment: SourceId | null;
  tags: Record<string, unknown>;
  externalRefs: ExternalRef[];
}

/** What a model says, in Cupola's terms: what an import writes. */
export interface BuildingModel {
  name: string;
  sourceId: SourceId | null;
  floors: ModelFloor[];
  spaces: ModelSpace[];
  zones: ModelZone[];
  equipment: ModelEquipment[];
  points: ModelPoint[];
}
