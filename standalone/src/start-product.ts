import { createBackend } from '@cupola/backend';
import { createDeviceGateway } from '@cupola/device-gateway';
import { connectNatsBus, createInMemoryBus } from '@cupola/messaging';
import { readDemoSpeed } from '@cupola/simulator';
import { announce } from './announce.js';
import type { ClosingOrder } from './closing-order.js';
import { ownDirectory } from './data-directory.js';
import { checkExternal, ensureDatabase, startOwnPostgres, withoutPassword } from './database.js';
import { keepPostgresRunning } from './keep-postgres-running.js';
import { migrate } from './migrate.js';
import { DemoBuilding } from './start-demo.js';
import { checkPorts } from './ports.js';
import { type Environment, readSettings, type Settings, withDatabase } from './settings.js';

export interface Surroundings {
  readonly env: Environment;
  /** Everything that was started is in here, also when a later step fails. */
  readonly running: ClosingOrder;
  /** Aborted when the person wants to stop; checked between steps. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** Starts the whole product and returns what to tell the person. */
export async function startProduct(surroundings: Surroundings): Promise<string> {
  const { env, running, signal, print } = surroundings;
  const settings = readSettings(env);
  if (settings.hasDemo) readDemoSpeed(env);
  await takePlace(settings, running);
  signal.throwIfAborted();
  const databaseUrl = await provideDatabase(settings, surroundings);
  signal.throwIfAborted();
  const done = await migrate(databaseUrl);
  if (done.length > 0) print(`Brought the database up to date: ${done.length === 1 ? 'one migration' : `${done.length} migrations`}.`);
  signal.throwIfAborted();
  const bus = settings.backend.natsUrl === null ? createInMemoryBus() : await connectNatsBus(settings.backend.natsUrl);
  running.add('the bus', () => bus.close());
  const backend = await createBackend({ config: withDatabase(settings.backend, databaseUrl), bus });
  running.add('backend', () => backend.close());
  signal.throwIfAborted();
  const demo = new DemoBuilding();
  running.add(
    'the demo building',
    () => demo.stop(),
    () => demo.abort(),
  );
  const gateway = await createDeviceGateway({ config: settings.gateway, bus });
  running.add('the device gateway', () => gateway.close());
  if (settings.hasDemo) await demo.start({ backend, gatewayUrl: gateway.url, dataDir: settings.backend.dataDir, env, print });
  return announce({
    console: backend.url,
    controllers: gateway.url,
    dataDir: settings.backend.dataDir,
    database: settings.externalDatabase && withoutPassword(settings.externalDatabase),
    hasConsole: settings.backend.consoleDir !== null,
    administrator: backend.firstAdministrator,
    hasDemo: settings.hasDemo,
  });
}

async function takePlace({ backend, gateway }: Settings, running: ClosingOrder): Promise<void> {
  const directory = await ownDirectory(backend.dataDir, `http://${backend.host}:${backend.port}`);
  running.add('the data directory', () => directory.release());
  await checkPorts([
    { host: backend.host, port: backend.port, purpose: 'the console', setting: 'CUPOLA_PORT' },
    { host: gateway.host, port: gateway.port, purpose: 'controllers', setting: 'CUPOLA_GATEWAY_PORT' },
  ]);
}

async function provideDatabase({ backend, externalDatabase }: Settings, { running, print }: Surroundings): Promise<string> {
  if (externalDatabase !== undefined) {
    await checkExternal(externalDatabase);
    return externalDatabase;
  }
  const postgres = await startOwnPostgres(backend.dataDir, print);
  const kept = keepPostgresRunning(postgres, backend.dataDir, print);
  running.add(
    'the database',
    () => kept.stop(),
    () => kept.abort(),
  );
  return ensureDatabase(postgres.url);
}
