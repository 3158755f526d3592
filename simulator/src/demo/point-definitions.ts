import type { PointDefinition } from '@cupola/device-client';
import { pointProfile } from '@cupola/domain';
import type { Equipment, PointSpec } from './house/equipment.js';

/** A point as its controller reports it; what its class says is what the import reads from the model. */
export function definePoint({ id }: Equipment, { suffix, label, brickClass, rest }: PointSpec): PointDefinition {
  const { kind, unit, states, writable, min, max, resolution, relinquishDefault } = pointProfile(brickClass, 'metric');
  return {
    ...{ key: `${id}.${suffix}`, label, kind, writable },
    ...(unit === null ? {} : { unit }),
    ...(states === null ? {} : { states: [...states] }),
    ...(min === null ? {} : { min }),
    ...(max === null ? {} : { max }),
    ...(resolution === null ? {} : { resolution }),
    ...(writable ? { relinquishDefault: rest ?? relinquishDefault ?? 0 } : {}),
  };
}
