import type { ForcedSlot } from '@cupola/contracts';

/** The level of operators: the only one that is released from here. */
const OPERATOR_LEVEL = 8;

export const OVERRIDE_SORTS = ['end', 'newest', 'place', 'person'] as const;
export type OverrideSort = (typeof OVERRIDE_SORTS)[number];

export interface OverrideFilter {
  floor: string | null;
  /** A person's name; `''` means written by somebody else than this server. */
  by: string | null;
  level: number | null;
}

export function keyOf({ point, level }: ForcedSlot): string {
  return `${point.id}/${level}`;
}

/** Ours, at the operators' level: what was written by others is shown and never released from here. */
export function isReleasable({ level, commandId }: ForcedSlot): boolean {
  return level === OPERATOR_LEVEL && commandId !== null;
}

export function matches(slot: ForcedSlot, { floor, by, level }: OverrideFilter): boolean {
  return (floor === null || slot.floor?.id === floor) && (by === null || (slot.by ?? '') === by) && (level === null || slot.level === level);
}

/** What is over comes first, then what ends next; what has no end comes last. */
function endOf({ isOverdue, until }: ForcedSlot): number {
  if (isOverdue) return 0;
  return until === null ? Number.POSITIVE_INFINITY : Date.parse(until);
}

function placeOf({ building, floor, equipment, point }: ForcedSlot): string {
  return [building.name, floor?.name, equipment?.name, point.name].filter(Boolean).join('\u0000');
}

const COMPARE: Readonly<Record<OverrideSort, (a: ForcedSlot, b: ForcedSlot) => number>> = {
  end: (a, b) => (endOf(a) === endOf(b) ? 0 : endOf(a) - endOf(b)),
  newest: (a, b) => Date.parse(b.since ?? '1970-01-01T00:00:00Z') - Date.parse(a.since ?? '1970-01-01T00:00:00Z'),
  place: (a, b) => placeOf(a).localeCompare(placeOf(b), undefined, { numeric: true }),
  person: (a, b) => (a.by ?? '\uffff').localeCompare(b.by ?? '\uffff'),
};

export function sorted(slots: readonly ForcedSlot[], sort: OverrideSort): ForcedSlot[] {
  return [...slots].sort((a, b) => COMPARE[sort](a, b) || placeOf(a).localeCompare(placeOf(b), undefined, { numeric: true }) || a.level - b.level);
}
