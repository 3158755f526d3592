import { inject } from 'vitest';
import './global-setup.js';
import { cloneTemplate } from './postgres.js';

export interface SpecDatabase {
  /** A connection string with the right to do anything in this database. */
  readonly url: string;
  /** Removes the database, also when connections to it are still open. */
  drop(): Promise<void>;
}

/** A migrated database of the calling spec file's own. The folder's `vitest.config.ts` has to name the global set-up. */
export async function createDatabase(): Promise<SpecDatabase> {
  return cloneTemplate(inject('testPostgres'));
}
