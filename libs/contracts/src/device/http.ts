import { z } from 'zod';
import { durationMs, epochMs, id, secret256, text } from '../primitives.js';
import { devicePoint, DEVICE_LIMITS, retryPolicy } from './frames.js';

export { CLAIM_ALPHABET } from '@cupola/domain';

/** `POST /device/v1/enrol`. `claimCode` is the 8 letters, or the 128-bit code of the QR (22 characters of base64url). */
export const enrolRequest = z.strictObject({
  slot: z.string().min(4).max(16),
  claimCode: z.string().min(8).max(64),
  serial: text(120),
  model: z.string().max(120).default(''),
  firmware: z.string().max(64).default(''),
});
export const enrolResponse = z.object({ deviceId: id, secret: secret256 });

/** What a ticket is good for, once. */
export const TICKET_AUDIENCES = ['session', 'points', 'document'] as const;
export type TicketAudience = (typeof TICKET_AUDIENCES)[number];

/**
 * `POST /device/v1/tickets`, `Authorization: Basic deviceId:secret`. A ticket of audience `points` is for `PUT /device/v1/points`, one of
 * audience `document` for `GET /device/v1/documents/{ref}` of the `ref` that is asked for.
 */
export const ticketRequest = z
  .strictObject({
    protocols: z.array(z.string().max(64)).min(1).max(8),
    bootId: z.string().min(1).max(64),
    audience: z.enum(TICKET_AUDIENCES).default('session'),
    ref: id.optional(),
  })
  .refine(({ audience, ref }) => (audience === 'document') === (ref !== undefined), { path: ['ref'], message: 'goes with audience document' });
export const ticketResponse = z.object({
  ticket: secret256,
  ttlMs: durationMs,
  url: z.string(),
  subprotocol: z.string(),
  serverTime: epochMs,
  retry: retryPolicy,
});

/** `PUT /device/v1/points`, `Authorization: Ticket <ticket>`. The answer names the revision that HELLO repeats. */
export const pointListRequest = z.strictObject({ points: z.array(devicePoint).max(DEVICE_LIMITS.maxPoints) });
export const pointListResponse = z.object({
  pointsRev: z.string(),
  accepted: z.int(),
  /** Entries that are held back, each with what to do about it. */
  quarantined: z.array(z.object({ key: z.string(), reason: z.string() })),
});
