/** Unit systems from which an importer takes the units that a model does not name. */
export const UNIT_SYSTEMS = ['metric', 'imperial'] as const;
export type UnitSystem = (typeof UNIT_SYSTEMS)[number];

/** What a zone serves. */
export const ZONE_KINDS = ['hvac', 'lighting', 'fire'] as const;
export type ZoneKind = (typeof ZONE_KINDS)[number];

/** One state of a binary or multistate point. */
export interface PointState {
  code: number;
  key: string;
  label: string;
  isNormal: boolean;
  isAlarm: boolean;
}
