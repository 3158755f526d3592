import { z } from 'zod';
import { id } from '../primitives.js';
import { DEVICE_LIMITS, type NotifyFrame } from './frames.js';

/** What documents are about. `slots`: a slot set. */
export const DOCUMENT_TOPICS = ['slots'] as const;

/**
 * What NOTIFY says of a document: `ref` fetches it once, `size` counts the bytes of its text, `sha256` is their digest in lower-case hex.
 * Nothing of a text that is not exactly this may be used.
 */
export const documentNotice = z.object({
  topic: z.enum(DOCUMENT_TOPICS),
  ref: id,
  rev: z.int().min(0),
  size: z.int().min(1).max(DEVICE_LIMITS.maxDocumentBytes),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type DocumentNotice = z.infer<typeof documentNotice>;

/** `[11, topic, ref, rev, size, sha256]`. */
export function notifyFrame({ topic, ref, rev, size, sha256 }: DocumentNotice): NotifyFrame {
  return [11, topic, ref, rev, size, sha256];
}
