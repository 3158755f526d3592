import type { Point } from '@cupola/contracts';
import type { PointDefinition } from '@cupola/device-client';
import type { Recording } from './recording.js';

/** A model's point as its controller reports it. */
export function definePoint(point: Point, recording: Recording): PointDefinition {
  const { key, kind, label, unit, states, writable, min, max, resolution } = point;
  return {
    ...{ key, kind, label, writable },
    ...(unit === null ? {} : { unit }),
    ...(states === null ? {} : { states }),
    ...(min === null ? {} : { min }),
    ...(max === null ? {} : { max }),
    ...(resolution === null ? {} : { resolution }),
    ...(writable ? { relinquishDefault: relinquishDefault(point, recording) } : {}),
  };
}

/** What is in force while nobody commands the point: what was recorded last, else the middle of its range. */
function relinquishDefault({ sourceId, kind, states, min, max }: Point, recording: Recording): number {
  const recorded = sourceId === null ? undefined : recording.series.get(sourceId)?.values.at(-1);
  if (recorded !== undefined) return recorded;
  if (kind !== 'analog') return states?.find(({ isNormal }) => isNormal)?.code ?? states?.[0]?.code ?? 0;
  if (min !== null && max !== null) return (min + max) / 2;
  return min ?? max ?? 0;
}
