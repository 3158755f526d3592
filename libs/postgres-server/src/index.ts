export { PostgresError, type PostgresProblem } from './postgres-error.js';
export { startPostgres, type PostgresOptions, type RunningPostgres } from './start-postgres.js';
