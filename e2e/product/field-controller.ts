import { createController, enrol, memoryCredentials, type Controller, type PointDefinition } from '@cupola/device-client';
import type { Point } from '@cupola/contracts';

/** A controller on site: it holds the keys of the given points, and its outputs do what they are told. */
export interface FieldController {
  controller: Controller;
  /** What the outputs have now, by key. */
  outputs: Map<string, number>;
}

/** Enrols with the claim and makes a controller that is ready to start. Analog writable points relinquish to 21. */
export async function installController(
  gateway: string,
  claim: { slot: string; claimCode: string },
  points: readonly Pick<Point, 'key' | 'kind' | 'unit' | 'writable' | 'min' | 'max' | 'states'>[],
): Promise<FieldController> {
  const credential = await enrol(gateway, { slot: claim.slot, claimCode: claim.claimCode, serial: `SN-${claim.slot}`, model: 'Lantern 3', firmware: '1.4.0' });
  const outputs = new Map<string, number>();
  const controller = createController({
    gateway,
    credentials: memoryCredentials(credential),
    points: points.map(asDefinition),
    onWrite: ({ key, value }) => void outputs.set(key, value),
    onRead: (key) => outputs.get(key) ?? null,
  });
  return { controller, outputs };
}

function asDefinition({ key, kind, unit, writable, min, max, states }: Parameters<typeof installController>[2][number]): PointDefinition {
  return {
    key,
    kind,
    writable,
    intervalMs: 600_000,
    ...(unit === null ? {} : { unit }),
    ...(states === null ? {} : { states }),
    ...(min === null ? {} : { min }),
    ...(max === null ? {} : { max }),
    ...(writable ? { relinquishDefault: 21, resolution: 0.1 } : {}),
  };
}
