import { connectNatsBus } from '@cupola/messaging';
import { ConfigError, readBackendConfig } from './config/read-backend-config.js';
import { createBackend } from './create-backend.js';
import { isDatabaseUnavailable } from './database/database-unavailable.js';

/** Backend as a program of its own, beside device-gateways that it reaches over NATS. */
async function main(): Promise<void> {
  const config = readBackendConfig(process.env);
  if (config.natsUrl === null) {
    throw new ConfigError('NATS_URL must name the bus that backend shares with device-gateway, like nats://127.0.0.1:4222.');
  }
  const bus = await connectNatsBus(config.natsUrl).catch((error: unknown) => {
    throw new ConfigError(`NATS_URL names a bus that is not reachable: ${error instanceof Error ? error.message : String(error)}.`);
  });
  const backend = await createBackend({ config, bus });
  const made = backend.firstAdministrator;
  if (made?.password != null) console.log(`First administrator: ${made.username}, password ${made.password} (kept in ${made.passwordFile}).`);
  console.log(`Backend listens on ${backend.url}`);
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      void backend.close().then(() => bus.close());
    });
  }
}

/** One sentence where the reason is known, otherwise the error as it is. */
function explained(error: unknown): unknown {
  if (error instanceof ConfigError) return error.message;
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is taken by another program: choose another one with CUPOLA_PORT.`;
  if (code === 'EACCES' && port !== undefined) return `Port ${port} needs more rights than this user has: choose another one with CUPOLA_PORT.`;
  if (isDatabaseUnavailable(error)) return `The database of DATABASE_URL is not reachable (${String(code)}).`;
  return error;
}

main().catch((error: unknown) => {
  console.error(explained(error));
  process.exit(1);
});
