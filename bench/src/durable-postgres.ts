import { startPostgres } from '@cupola/postgres-server';
import { cloneTemplate, startTestPostgres } from '@cupola/testing';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DurablePostgres {
  /** A migrated, empty database of its own. */
  create(): Promise<string>;
  folder: string;
  stop(): Promise<void>;
}

/** The Postgres that the product brings, with the settings that the product gives it, thrown away afterwards. */
export async function startDurablePostgres(): Promise<DurablePostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'cupola-bench-'));
  // As root, Postgres runs as a system user, which has to get in; its cluster would stay behind elsewhere otherwise.
  await chmod(folder, 0o711);
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), log: () => undefined });
  const templates = await startTestPostgres(server.url);
  return {
    folder,
    create: async () => (await cloneTemplate(templates)).url,
    async stop() {
      try {
        await templates.stop();
      } finally {
        await server.stop();
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
