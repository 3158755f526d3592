import { DomainError, type User } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/unit-of-work.js';

type NamedGrant = User['grants'][number];
type Reader = Pick<Transaction, 'query'>;

/** A user's grants with the names of their scopes, widest first; needs `users u` in scope. */
const NAMED_GRANTS = `
  COALESCE((
    SELECT jsonb_agg(jsonb_build_object(
      'role', g.role, 'scope', g.scope,
      'scopeId', COALESCE(g.site_id, g.building_id, g.floor_id),
      'scopeName', CASE g.scope
        WHEN 'all' THEN 'everywhere'
        WHEN 'site' THEN s.name
        WHEN 'building' THEN s.name || ' / ' || b.name
        ELSE s.name || ' / ' || b.name || ' / ' || f.name END)
      ORDER BY array_position(ARRAY['all', 'site', 'building', 'floor'], g.scope), g.role, s.name, b.name, f.level)
    FROM grants g
    LEFT JOIN floors f ON f.id = g.floor_id
    LEFT JOIN buildings b ON b.id = COALESCE(g.building_id, f.building_id)
    LEFT JOIN sites s ON s.id = COALESCE(g.site_id, b.site_id)
    WHERE g.user_id = u.id
  ), '[]')`;

const USER = `SELECT u.id, u.username, u.name, u.disabled, u.created_at, u.last_login_at, ${NAMED_GRANTS} AS grants FROM users u`;

interface UserRow {
  id: string;
  username: string;
  name: string;
  disabled: boolean;
  created_at: Date;
  last_login_at: Date | null;
  grants: NamedGrant[];
}

/** Accounts as administrators see them. */
@Injectable()
export class UserQueries {
  constructor(private readonly database: Database) {}

  /** In the order of their names, from the one after `cursor` (a username) on. */
  async page(limit: number, cursor: string | undefined): Promise<{ items: User[]; nextCursor: string | null }> {
    const rows = await this.database.query<UserRow>(`${USER} WHERE u.username > $1 ORDER BY u.username LIMIT $2`, [cursor ?? '', limit + 1]);
    const items = rows.slice(0, limit).map(userFrom);
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.username ?? null) : null };
  }

  /** @throws DomainError NOT_FOUND */
  async byId(id: string, reader: Reader = this.database): Promise<User> {
    const [row] = await reader.query<UserRow>(`${USER} WHERE u.id = $1`, [id]);
    if (row === undefined) throw new DomainError('NOT_FOUND', 'There is no such user.');
    return userFrom(row);
  }
}

function userFrom(row: UserRow): User {
  const { id, username, name, disabled, grants } = row;
  return {
    ...{ id, username, name, disabled, grants },
    createdAt: row.created_at.toISOString(),
    lastLoginAt: row.last_login_at?.toISOString() ?? null,
  };
}
