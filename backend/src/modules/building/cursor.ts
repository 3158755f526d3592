import { DomainError } from '@cupola/contracts';
import type { z } from 'zod';

/** The place of a page's last row in the order of its list, as a caller hands it back for the next page. */
export function encodeCursor(position: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws DomainError CURSOR_INVALID */
export function decodeCursor<S extends z.ZodType>(shape: S, cursor: string): z.output<S> {
  const parsed = shape.safeParse(jsonOrNull(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success) throw new DomainError('CURSOR_INVALID', 'The cursor is not one that an earlier page gave.');
  return parsed.data;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever is no JSON was no cursor of ours; the shape check says so.
    return null;
  }
}

/** A pattern for ILIKE in which the caller's own wildcards mean themselves. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
