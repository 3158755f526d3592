import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createDatabase, freePort, waitFor } from '@cupola/testing';
import { afterwards, isHealthy, newInstallation, PATIENTLY, run as runProduct } from '../scene.js';
import { PASSWORD } from './operator-console.js';

/** A product that runs as in production, and whose programs can be killed and started again. */
export interface Programs {
  readonly url: string;
  readonly gatewayPort: number;
  /** What a program needs that looks at the same database. */
  readonly env: NodeJS.ProcessEnv;
  /** What can be killed on its own. */
  readonly names: readonly string[];
  /** `kill -9`, then a new start. Resolves when the program is ready again. */
  killAndRestart(name: string): Promise<void>;
}

/** Programs of their own: what is killed can stay away for a while. */
export interface ProgramsApart extends Programs {
  /** `kill -9`. */
  kill(name: string): Promise<void>;
  /** Resolves when all are ready again. */
  start(name: string): Promise<void>;
}

/** The whole product in one process, beside its Postgres. `networkUrl`: where controllers reach the gateway. */
export async function startStandalone(networkUrl: string): Promise<Programs> {
  const installation = await newInstallation();
  const env = { CUPOLA_ADMIN_PASSWORD: PASSWORD, CUPOLA_GATEWAY_PUBLIC_URL: networkUrl };
  let product = runProduct(installation, env);
  await product.ready();
  return {
    url: `http://127.0.0.1:${installation.port}`,
    gatewayPort: installation.gatewayPort,
    env: { CUPOLA_DATA_DIR: installation.dataDir },
    names: ['product'],
    async killAndRestart() {
      product.child.kill('SIGKILL');
      await product.ended();
      product = runProduct(installation, env);
      await product.ready();
    },
  };
}

/** Backend and gateway as processes of their own, with a bus and a database between them. `networkUrl`: where controllers reach the gateway, if not directly. */
export async function startApart(networkUrl = '', settings: NodeJS.ProcessEnv = {}): Promise<ProgramsApart> {
  const [{ dataDir, port, gatewayPort }, natsPort, database] = [await newInstallation(), await freePort(), await createDatabase()];
  afterwards(() => database.drop());
  launch(findNats(), ['-a', '127.0.0.1', '-p', String(natsPort)]);
  const env = {
    NATS_URL: `nats://127.0.0.1:${natsPort}`,
    DATABASE_URL: database.url,
    CUPOLA_DATA_DIR: dataDir,
    CUPOLA_ADMIN_PASSWORD: PASSWORD,
    CUPOLA_PORT: String(port),
    CUPOLA_GATEWAY_PORT: String(gatewayPort),
    CUPOLA_GATEWAY_PUBLIC_URL: networkUrl,
    ...settings,
  };
  const run = (name: string) => launch(process.execPath, [fileURLToPath(new URL(`../../../${name}/dist/main.js`, import.meta.url))], env);
  const areReady = () => waitFor(async () => (await isHealthy(port)) && isHealthy(gatewayPort), PATIENTLY);
  const running = new Map(['backend', 'device-gateway'].map((name) => [name, run(name)]));
  await areReady();
  const end = (name: string) => kill(running.get(name));
  const start = async (name: string) => {
    running.set(name, run(name));
    await areReady();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    gatewayPort,
    env: { DATABASE_URL: database.url },
    names: [...running.keys()],
    ...{ kill: end, start },
    async killAndRestart(name) {
      await end(name);
      await start(name);
    },
  };
}

function findNats(): string {
  const found = ['nats-server', '/usr/sbin/nats-server'].find((program) => spawnSync(program, ['--version']).status === 0);
  if (found === undefined) throw new Error('nats-server was not found: install it (Debian: apt-get install nats-server).');
  return found;
}

/** What the programs print is theirs: they are killed in the middle of things, and say so. */
function launch(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(program, args, { cwd: tmpdir(), env: { PATH: process.env['PATH'], ...env }, stdio: 'ignore' });
  afterwards(() => kill(child));
  return child;
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
