import { DomainError } from '@cupola/contracts';
import { z } from 'zod';

const position = z.tuple([z.string(), z.uuid()]);

/** The place in a list that is ordered by name and id: the last row of a page. */
export function cursorFrom(last: { name: string; id: string } | undefined): string | null {
  return last === undefined ? null : Buffer.from(JSON.stringify([last.name, last.id])).toString('base64url');
}

/** @throws DomainError CURSOR_INVALID */
export function readCursor(cursor: string | undefined): { name: string; id: string } | null {
  if (cursor === undefined) return null;
  const parsed = position.safeParse(jsonOrNull(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success) throw new DomainError('CURSOR_INVALID', 'The cursor is not one that an earlier page gave.');
  const [name, id] = parsed.data;
  return { name, id };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON: not one of our cursors, which the caller of this function says.
    return null;
  }
}
