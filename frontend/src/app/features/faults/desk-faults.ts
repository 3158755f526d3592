import type { ForcedSlot, Point } from '@cupola/contracts';

export const FAULT_KINDS = ['stuck-valve', 'drifting-sensor', 'dead-sensor', 'fan-trip', 'controller-dropout', 'gateway-cut', 'alarm-storm'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One switch of the simulation desk: a fault at a place. */
export interface DeskFault {
  readonly point: Point;
  readonly kind: FaultKind;
  /** Equipment such as `VAV-3-12`, or `floor-3`. */
  readonly target: string;
}

/** A fault that is there: commanded by somebody, or (`slot` null) come by itself. */
export interface PresentFault extends DeskFault {
  readonly slot: ForcedSlot | null;
}

/** The switches among the desk's points, in the order of their kinds and places. */
export function faultsOf(points: readonly Point[]): DeskFault[] {
  const found = points.flatMap((point): DeskFault[] => {
    if (point.brickClass !== 'Simulated_Fault_Command') return [];
    const [, kind, target] = /^[^.]+\.([^.]+)\.(.+)$/.exec(point.key) ?? [];
    const known = FAULT_KINDS.find((name) => name === kind);
    return known === undefined || target === undefined ? [] : [{ point, kind: known, target }];
  });
  return found.sort((a, b) => FAULT_KINDS.indexOf(a.kind) - FAULT_KINDS.indexOf(b.kind) || a.target.localeCompare(b.target, undefined, { numeric: true }));
}

/** What is wrong now: the switches that are on, each with the override that put it there. */
export function presentFaults(faults: readonly DeskFault[], slots: readonly ForcedSlot[]): PresentFault[] {
  const byPoint = new Map(slots.map((slot) => [slot.point.id, slot]));
  return faults.flatMap((fault) => {
    const slot = byPoint.get(fault.point.id) ?? null;
    return fault.point.value === 1 || slot?.value === 1 ? [{ ...fault, slot }] : [];
  });
}
