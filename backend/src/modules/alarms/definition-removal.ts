import { Injectable } from '@nestjs/common';
import type { Actor } from '../../auth/actor.js';
import { Database } from '../../database/database.js';
import { AuditTrail } from '../audit/index.js';
import { AlarmActs } from './alarm-acts.js';
import { AlarmCache } from './alarm-cache.js';
import { isAtRest } from './alarm-roster.js';
import type { DefinitionRow } from './definition.js';
import { DefinitionQueries, unknownDefinition } from './definition-queries.js';

/** Removes a definition. Its live alarms end in the journal first, so that nobody wonders where they went. */
@Injectable()
export class DefinitionRemoval {
  constructor(
    private readonly database: Database,
    private readonly acts: AlarmActs,
    private readonly cache: AlarmCache,
    private readonly queries: DefinitionQueries,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN */
  async remove(actor: Actor, id: string): Promise<void> {
    await this.queries.requireMayDefine(actor, id);
    const alarms = await this.database.query<{ id: string; shard: number }>('SELECT id, shard FROM alarms WHERE definition_id = $1', [id]);
    const shards = [...new Set(alarms.map(({ shard }) => shard))].sort((a, b) => a - b);
    await this.acts.run(shards, async ({ tx, changes, lock }) => {
      const [row] = await tx.query<DefinitionRow>('SELECT * FROM alarm_definitions WHERE id = $1 FOR UPDATE', [id]);
      if (!row) throw unknownDefinition();
      for (const alarm of await lock(alarms.map((each) => each.id))) {
        const watched = this.cache.get(alarm.id);
        if (watched && !isAtRest(alarm)) {
          changes.step(alarm, watched.definition, { type: 'DISABLE', by: actor.username }, { text: `The definition "${row.name}" was removed` });
        }
        changes.removed.add(alarm.id);
      }
      // After the rows of its alarms are written.
      tx.beforeCommit(async () => void (await tx.query('DELETE FROM alarm_definitions WHERE id = $1', [id])));
      await this.audit.record(tx, {
        ...{ actor, operation: 'alarm-definition.remove', target: `alarm definition ${row.name}`, targetId: id, chainKey: id },
        ...{ result: 'done', before: row },
      });
    });
    await this.cache.load();
  }
}
