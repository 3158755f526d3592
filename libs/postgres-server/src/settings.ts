const ALWAYS = {
  listen_addresses: '127.0.0.1',
  // No socket file: on TCP every client needs the password, and a long data directory path cannot break the socket's 107 characters.
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  shared_buffers: '256MB',
  log_checkpoints: 'off',
  // Statements carry passwords' hashes and telemetry: they have no business in a log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

const DURABLE = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // After a checkpoint every page of the samples' index goes into the log once. Compressed by pglz, which is all that this build has, the slowest
  // one in a hundred COPYs of 1,000 rows took 259 to 406 ms then, and 58 to 187 ms without, for twice the log.
  wal_compression: 'off',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
};

const VOLATILE = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_connections: '300',
  shared_buffers: '128MB',
  checkpoint_timeout: '1h',
};

/** The command line of Postgres: settings for a small machine that keeps what it acknowledged, or (volatile) for tests that throw all away. */
export function postgresArguments(cluster: string, port: number, volatile: boolean): string[] {
  const settings: Record<string, string> = { ...ALWAYS, ...(volatile ? VOLATILE : DURABLE), port: String(port) };
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
