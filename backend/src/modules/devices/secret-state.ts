import type { ControllerDetail } from '@cupola/contracts';
import type { Database } from '../../database/database.js';

interface SecretRow {
  secret_since: Date | null;
  rotation_started_at: Date | null;
  rotation_handed_at: Date | null;
}

/** How old the controller's secret is, and how far its replacement got. */
export async function readSecretState(database: Database, id: string): Promise<ControllerDetail['secret']> {
  const [row] = await database.query<SecretRow>('SELECT secret_since, rotation_started_at, rotation_handed_at FROM controllers WHERE id = $1', [id]);
  const since = row?.secret_since?.toISOString() ?? null;
  if (row?.rotation_started_at == null) return { since, rotation: null };
  return { since, rotation: { startedAt: row.rotation_started_at.toISOString(), handedAt: row.rotation_handed_at?.toISOString() ?? null } };
}
