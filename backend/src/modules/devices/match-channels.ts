import type { DevicePoint } from '@cupola/contracts';
import type { PointKind } from '@cupola/domain';

/** A channel as the database has it before a new point list. */
export interface KnownChannel {
  id: number;
  key: string;
  pointId: string | null;
  quarantine: string | null;
  retired: boolean;
}

/** A point of the model to which a channel may be bound. `takenBy` names the controller whose channel has it already. */
export interface ModelPoint {
  id: string;
  key: string;
  label: string;
  kind: PointKind;
  unit: string | null;
  takenBy: string | null;
}

export interface Match {
  pointId: string | null;
  /** Why the channel is held back, and what to do; null where nothing is wrong. */
  quarantine: string | null;
}

/** A person took the channel off its point: it stays off until a person binds it again. */
export const UNBOUND_BY_HAND = 'Taken off its point by hand. Bind it again when it fits.';

/**
 * Where a reported channel belongs: the point it has, else the point of the same key, unless the model contradicts.
 * `candidates` holds the points of equal key in the controller's equipment (or building) and those bound already, by id and key.
 */
export function matchChannel(reported: DevicePoint, known: KnownChannel | undefined, candidates: ModelPoints): Match {
  const fault = faultOf(reported);
  if (fault !== null) return { pointId: null, quarantine: fault };
  if (known?.quarantine === UNBOUND_BY_HAND) return { pointId: null, quarantine: UNBOUND_BY_HAND };
  const bound = known?.pointId == null ? undefined : candidates.byId.get(known.pointId);
  const point = bound ?? candidates.byKey.get(reported.key);
  if (point === undefined) return { pointId: null, quarantine: null };
  const contradiction = contradictionOf(reported, point);
  return contradiction === null ? { pointId: point.id, quarantine: null } : { pointId: null, quarantine: contradiction };
}

export interface ModelPoints {
  byId: ReadonlyMap<string, ModelPoint>;
  byKey: ReadonlyMap<string, ModelPoint>;
}

/** Why a channel must not feed a point; null when it may. Either side may leave the unit open. */
export function contradictionOf(channel: { kind: PointKind; unit?: string | null | undefined }, point: ModelPoint): string | null {
  if (channel.kind !== point.kind) {
    return `The controller reports it as ${channel.kind}, the model has ${point.label} as ${point.kind}. Correct one of them.`;
  }
  if (channel.unit && point.unit && channel.unit !== point.unit) {
    return `The controller measures in ${channel.unit}, the model has ${point.label} in ${point.unit}. Correct one of them.`;
  }
  return point.takenBy === null ? null : `${point.label} is bound to ${point.takenBy} already. Take it off there first.`;
}

/** What is wrong with an entry whatever the model says. */
function faultOf({ writable, relinquishDefault, min, max }: DevicePoint): string | null {
  if (writable && relinquishDefault === undefined) return 'Writable, but without a relinquish default: nothing would be in force after a release.';
  if (min !== undefined && max !== undefined && min > max) return `Its lower limit ${min} is above its upper limit ${max}.`;
  return null;
}
