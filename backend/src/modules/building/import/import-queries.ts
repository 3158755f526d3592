import { DomainError, type ImportReport } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AccessService } from '../../../auth/access-service.js';
import type { Actor } from '../../../auth/actor.js';
import { Database } from '../../../database/database.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { IMPORT_COLUMNS, type ImportRow, toReport } from './import-rows.js';

const cursorShape = z.tuple([z.iso.datetime(), z.uuid()]);

/** Reports of imports that the caller may make, or has made. */
@Injectable()
export class ImportQueries {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
  ) {}

  async list(actor: Actor, page: { limit: number; cursor?: string | undefined }): Promise<{ items: ImportReport[]; nextCursor: string | null }> {
    const after = page.cursor === undefined ? null : decodeCursor(cursorShape, page.cursor);
    const scope = this.visible(actor, 5);
    const rows = await this.database.query<ImportRow>(
      `SELECT ${IMPORT_COLUMNS} FROM imports i LEFT JOIN sites s ON s.name = i.options->>'site'
       WHERE (i.created_by = $1 OR ${scope.sql})
         AND ($2::timestamptz IS NULL OR (date_trunc('milliseconds', i.created_at), i.id) < ($2::timestamptz, $3::uuid))
       ORDER BY date_trunc('milliseconds', i.created_at) DESC, i.id DESC LIMIT $4`,
      [actor.userId, after?.[0] ?? null, after?.[1] ?? null, page.limit + 1, ...scope.params],
    );
    const items = rows.slice(0, page.limit);
    const last = items.at(-1);
    return { items: items.map(toReport), nextCursor: rows.length > page.limit && last ? encodeCursor([last.created_at.toISOString(), last.id]) : null };
  }

  async get(actor: Actor, id: string): Promise<ImportReport> {
    return toReport(await this.row(actor, id));
  }

  /** @throws DomainError NOT_FOUND, for what the caller may not see too */
  async row(actor: Actor, id: string): Promise<ImportRow> {
    const scope = this.visible(actor, 3);
    const [row] = await this.database.query<ImportRow>(
      `SELECT ${IMPORT_COLUMNS} FROM imports i LEFT JOIN sites s ON s.name = i.options->>'site'
       WHERE i.id = $1 AND (i.created_by = $2 OR ${scope.sql})`,
      [id, actor.userId, ...scope.params],
    );
    if (!row) throw new DomainError('NOT_FOUND', 'There is no import with this id.');
    return row;
  }

  async source(id: string): Promise<string> {
    const [row] = await this.database.query<{ source: string }>('SELECT source FROM imports WHERE id = $1', [id]);
    return row?.source ?? '';
  }

  private visible(actor: Actor, nextParam: number): { sql: string; params: unknown[] } {
    return this.access.scopeCondition(actor, 'building.import', { site: 's.id', building: 'i.building_id' }, nextParam);
  }
}
