import { type BackendConfig, readBackendConfig } from '@cupola/backend';
import { type GatewayConfig, readGatewayConfig } from '@cupola/device-gateway';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CONSOLE = fileURLToPath(new URL('../../frontend/dist/browser', import.meta.url));

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Settings {
  readonly backend: BackendConfig;
  readonly gateway: GatewayConfig;
  /** Undefined: Postgres is a child of this process. */
  readonly externalDatabase: string | undefined;
  /** Whether the demo building is started too. */
  readonly hasDemo: boolean;
}

/**
 * All settings of the product, checked before anything starts.
 * @throws ConfigError naming the variable.
 */
export function readSettings(env: Environment): Settings {
  const externalDatabase = env['DATABASE_URL'] || undefined;
  const complete = {
    ...env,
    // Known only once Postgres runs; `withDatabase` puts it in.
    DATABASE_URL: externalDatabase ?? 'postgres://127.0.0.1/cupola',
    CUPOLA_CONSOLE_DIR: env['CUPOLA_CONSOLE_DIR'] || (existsSync(CONSOLE) ? CONSOLE : undefined),
  };
  return { backend: readBackendConfig(complete), gateway: readGatewayConfig(complete), externalDatabase, hasDemo: env['CUPOLA_DEMO'] !== 'off' };
}

/** Backend's settings with the address of the database that runs. */
export function withDatabase(config: BackendConfig, databaseUrl: string): BackendConfig {
  return Object.freeze({ ...config, databaseUrl });
}
