import { type Command, type commandsQuery, DomainError } from '@cupola/contracts';
import type { Location } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Database } from '../../database/database.js';
import { COMMAND, commandFrom, type CommandRow } from './command-rows.js';

export type CommandsQuery = z.output<typeof commandsQuery>;

const PLACE = { site: 'b.site_id', building: 'p.building_id', floor: 'p.floor_id' };

/** Commands as people see them. */
@Injectable()
export class CommandQueries {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
  ) {}

  /** The newest ones within the caller's scope. */
  async recent(actor: Actor, limit: number): Promise<Command[]> {
    return (await this.list(actor, { limit })).items;
  }

  /** Newest first; the cursor is the last command's id. @throws DomainError CURSOR_INVALID */
  async list(actor: Actor, query: CommandsQuery): Promise<{ items: Command[]; nextCursor: string | null }> {
    const after = query.cursor === undefined ? null : await this.requestedAt(query.cursor);
    const scope = this.access.scopeCondition(actor, 'points.read', PLACE, 5);
    const rows = await this.database.query<CommandRow>(
      `${COMMAND} WHERE ($1::uuid IS NULL OR c.point_id = $1)
         AND ($2::timestamptz IS NULL OR (c.requested_at, c.id) < ($2, $3::uuid)) AND ${scope.sql}
       ORDER BY c.requested_at DESC, c.id DESC LIMIT $4`,
      [query.point ?? null, after, query.cursor ?? null, query.limit + 1, ...scope.params],
    );
    const items = rows.slice(0, query.limit).map(commandFrom);
    return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** The newest commands of one point, whoever asks: its place was checked before. */
  async ofPoint(pointId: string, limit: number): Promise<Command[]> {
    const rows = await this.database.query<CommandRow>(`${COMMAND} WHERE c.point_id = $1 ORDER BY c.requested_at DESC, c.id DESC LIMIT $2`, [
      pointId,
      limit,
    ]);
    return rows.map(commandFrom);
  }

  /** @throws DomainError NOT_FOUND */
  async byId(id: string): Promise<Command> {
    const [row] = await this.database.query<CommandRow>(`${COMMAND} WHERE c.id = $1`, [id]);
    if (row === undefined) throw unknownCommand();
    return commandFrom(row);
  }

  /** As byId, for a caller who must be allowed to see the point. @throws DomainError NOT_FOUND */
  async get(actor: Actor, id: string): Promise<Command> {
    const [location] = await this.database.query<Location>(
      `SELECT b.site_id AS "siteId", p.building_id AS "buildingId", p.floor_id AS "floorId"
       FROM commands c JOIN points p ON p.id = c.point_id JOIN buildings b ON b.id = p.building_id WHERE c.id = $1`,
      [id],
    );
    if (location === undefined || !this.access.may(actor, 'points.read', location)) throw unknownCommand();
    return this.byId(id);
  }

  private async requestedAt(cursor: string): Promise<Date> {
    const isId = /^[0-9a-f-]{36}$/i.test(cursor);
    const [row] = isId ? await this.database.query<{ at: Date }>('SELECT requested_at AS at FROM commands WHERE id::text = $1', [cursor]) : [];
    if (row === undefined) throw new DomainError('CURSOR_INVALID', 'The cursor is not one that an earlier page gave.');
    return row.at;
  }
}

function unknownCommand(): DomainError {
  return new DomainError('NOT_FOUND', 'There is no such command.');
}
