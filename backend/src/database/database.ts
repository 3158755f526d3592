import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';

/** Reads, and the raw connections beneath them. */
@Injectable()
export class Database {
  constructor(readonly dataSource: DataSource) {
    outliveBrokenConnections(this.pool);
  }

  /** TypeORM's own pool, for COPY, LISTEN and advisory locks: release what you take. */
  get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }

  /** One statement outside any transaction; its rows, for writes the RETURNING ones. */
  async query<R>(sql: string, params: unknown[] = []): Promise<R[]> {
    const result = await this.pool.query(sql, params);
    return result.rows as R[];
  }
}

/** The pool listens to idle connections only: one that breaks while it is lent out fails its queries, and its `error` event must not end the process. */
function outliveBrokenConnections(pool: Pool): void {
  const heard = new WeakSet<PoolClient>();
  pool.on('acquire', (client) => {
    if (heard.has(client)) return;
    heard.add(client);
    client.on('error', () => undefined);
  });
}
