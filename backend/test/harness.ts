import type { Role, ScopeKind } from '@cupola/domain';
import { createInMemoryBus, type MessageBus } from '@cupola/messaging';
import { createDatabase } from '@cupola/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '../src/clock.js';
import { readBackendConfig } from '../src/config/read-backend-config.js';
import { createBackend } from '../src/create-backend.js';
import type { Database } from '../src/database/database.js';
import { ApiClient } from './api-client.js';

export { ApiClient, type Answer } from './api-client.js';

export const ADMIN_PASSWORD = 'correct horse battery staple';
/** Every user that `user()` makes has it. */
export const USER_PASSWORD = 'a password of a test user';

export interface Scope {
  scope: ScopeKind;
  scopeId: string | null;
}
export const EVERYWHERE: Scope = { scope: 'all', scopeId: null };

export interface StartOptions {
  /** Anything with a `now()`, e.g. `FakeClock`; rates go by the real time unless it has a `monotonic()` too. */
  clock?: { now(): number; monotonic?(): number };
  /** Settings on top of the test's own. */
  env?: Record<string, string>;
  /** Puts something between the backend and its database: gets the real address, returns the one to use. */
  databaseThrough?: (url: string) => Promise<string>;
  /** A bus shared with another program; by default the backend gets its own. */
  bus?: MessageBus;
}

export interface TestBackend {
  url: string;
  bus: MessageBus;
  database: Database;
  databaseUrl: string;
  dataDir: string;
  /** Logged in as the first administrator. */
  admin: ApiClient;
  /** A new user with one role, logged in. Default scope: everywhere. */
  user(role: Role, scope?: Scope): Promise<ApiClient>;
  /** A client without a session. */
  anonymous(): ApiClient;
  close(): Promise<void>;
}

let users = 0;

/** The backend as people run it, on a free port, with a database and a data directory of its own. */
export async function startBackend(options: StartOptions = {}): Promise<TestBackend> {
  const specDatabase = await createDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'cupola-backend-'));
  const bus = options.bus ?? createInMemoryBus();
  const config = readBackendConfig({
    DATABASE_URL: (await options.databaseThrough?.(specDatabase.url)) ?? specDatabase.url,
    CUPOLA_PORT: '0',
    CUPOLA_DATA_DIR: dataDir,
    CUPOLA_ADMIN_PASSWORD: ADMIN_PASSWORD,
    ...options.env,
  });
  const clock = options.clock === undefined ? {} : { clock: clockOf(options.clock) };
  const backend = await createBackend({ config, bus, ...clock });
  const admin = new ApiClient(backend.url);
  await admin.login('admin', config.adminPassword ?? ADMIN_PASSWORD);
  return {
    ...{ url: backend.url, bus, database: backend.database, databaseUrl: specDatabase.url, dataDir, admin },
    anonymous: () => new ApiClient(backend.url),
    user: (role, scope = EVERYWHERE) => newUser(backend.url, admin, { role, ...scope }),
    async close() {
      await backend.close();
      if (options.bus === undefined) await bus.close();
      await specDatabase.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function clockOf(source: NonNullable<StartOptions['clock']>): Clock {
  return new (class extends Clock {
    now(): number {
      return source.now();
    }

    override monotonic(): number {
      return source.monotonic?.() ?? super.monotonic();
    }
  })();
}

async function newUser(url: string, admin: ApiClient, grant: { role: Role } & Scope): Promise<ApiClient> {
  users += 1;
  const username = `${grant.role}-${users}`;
  const made = await admin.post('/api/v1/users', { username, name: `Test ${grant.role}`, password: USER_PASSWORD, grants: [grant] });
  if (made.status !== 201) throw new Error(`The test user was refused: ${JSON.stringify(made.body)}`);
  const client = new ApiClient(url);
  await client.login(username, USER_PASSWORD);
  return client;
}
