import { z } from 'zod';
import { epochMs, secret256 } from '../primitives.js';
import { DEVICE_LIMITS, subdevice } from './frames.js';

const sequence = z.int().min(1);

/** Frames `from` to `to` of one stream that the controller's store had to drop before they were acknowledged. */
export const frameLoss = z.object({
  streamId: z.string().min(1).max(64),
  /** What the stream carries: telemetry as it is measured, telemetry measured while the link was down, or EVENTs. */
  carries: z.enum(['live', 'backfill', 'events']),
  from: sequence,
  to: sequence,
  rows: z.int().min(0),
  /** Source times of the oldest and the newest row that is gone; null where the controller does not know the time. */
  oldest: epochMs.nullable(),
  newest: epochMs.nullable(),
});
export type FrameLoss = z.infer<typeof frameLoss>;

/** CALL d>g `loss.report`: what will never come, with its bounds. RESULT `{}`: it is on record. Reported once more after a lost answer. */
export const lossReport = z.object({ losses: z.array(frameLoss).min(1).max(50) });
export type LossReport = z.infer<typeof lossReport>;

/** CALL d>g `subdevices.changed`: all sub-devices as they are now, as in HELLO. RESULT `{}`. */
export const subdevicesChanged = z.object({ subdevices: z.array(subdevice).max(DEVICE_LIMITS.maxSubdevices) });
export type SubdevicesChanged = z.infer<typeof subdevicesChanged>;

/**
 * CALL g>d `credential.rotate`: the secret to use from the next ticket on. RESULT `{}`: it is kept beside the old one, which is
 * valid until the new one was used once.
 */
export const credentialRotate = z.object({ secret: secret256 });
export type CredentialRotate = z.infer<typeof credentialRotate>;
