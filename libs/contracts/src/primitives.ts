import { z } from 'zod';

/** A row's identity. */
export const id = z.uuid();
/** An instant in ISO 8601 with milliseconds and `Z`. */
export const instant = z.iso.datetime({ offset: true });
/** Milliseconds since 1970-01-01T00:00:00Z. */
export const epochMs = z.int();
/** A length of time in milliseconds. */
export const durationMs = z.int().min(0);
/** Text typed by a person: trimmed, no control characters. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((value) => !/\p{Cc}/u.test(value), 'must not contain control characters');
/** 256 random bits as base64url without padding: tickets and device secrets. */
export const secret256 = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 43 characters of base64url');

export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() });
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(500).optional(),
};
