import pg from 'pg';

/** The address of the superuser's own database. */
export function connectionUrl(port: number, password: string): string {
  return `postgres://cupola:${password}@127.0.0.1:${port}/postgres`;
}

/** `yes`, `starting` while Postgres recovers, `refused` when it does not know the password, `no` when nothing usable answers. */
export async function answers(url: string): Promise<'yes' | 'starting' | 'refused' | 'no'> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  // A server that goes down while it is asked ends the connection outside of any query.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return 'yes';
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === '57P03') return 'starting';
    return code?.startsWith('28') ? 'refused' : 'no';
  } finally {
    await client.end().catch(() => undefined);
  }
}
