import type { TestProject } from 'vitest/node';
import { startTestPostgres, type TestPostgres } from './postgres.js';

declare module 'vitest' {
  export interface ProvidedContext {
    testPostgres: TestPostgres;
  }
}

/** Vitest's global set-up of a folder whose specs need a database: one server for the run. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startTestPostgres();
  project.provide('testPostgres', { adminUrl: postgres.adminUrl, template: postgres.template });
  return () => postgres.stop();
}
