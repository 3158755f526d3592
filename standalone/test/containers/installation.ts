import { type ChildProcess, spawn } from 'node:child_process';
import { chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram, freePort, waitFor } from '@cupola/testing';
import { isHealthy, PATIENTLY } from '../scene.js';
import { lastOf, parseDockerfile, resolveStage, type Stage } from './dockerfile.js';
import { StageFolders } from './stage-folders.js';

export const PASSWORD = 'correct horse battery staple';
const DEMO_PASSWORD = 'shared by backend and simulator';
const NATS = { user: 'cupola', password: 'only for this test' };
/** Images of ours that go on running, each with a health check. */
export const PROGRAMS = ['backend', 'device-gateway', 'frontend', 'simulator'] as const;
export type Program = (typeof PROGRAMS)[number];
/** Images run as users without rights; here that is "nobody", where the test may choose. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** The programs of docker-compose.yml from the folders of their images, each as its image starts it, on ports of this machine. */
export class Installation {
  readonly #stages: Stage[];
  readonly #folders: StageFolders;
  readonly #running = new Map<string, ChildProcess>();

  private constructor(
    private readonly folder: string,
    dockerfile: string,
    private readonly databaseUrl: string,
    private readonly ports: Record<'console' | 'controllers' | 'backend' | 'gateway' | 'nats', number>,
  ) {
    this.#stages = parseDockerfile(dockerfile);
    this.#folders = new StageFolders(this.#stages, join(folder, 'clone'), join(folder, 'stages'), (line) => console.log(line));
  }

  /** `folder` holds the project's files below `clone`. */
  static async prepare(folder: string, databaseUrl: string): Promise<Installation> {
    const ports = { console: await freePort(), controllers: await freePort(), backend: await freePort(), gateway: await freePort(), nats: await freePort() };
    return new Installation(folder, await readFile(join(folder, 'clone', 'Dockerfile'), 'utf8'), databaseUrl, ports);
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports.console}`;
  }

  get gatewayUrl(): string {
    return `http://127.0.0.1:${this.ports.controllers}`;
  }

  /** What the demo keeps between its runs: the volume of its image. */
  get demoState(): string {
    return join(this.folder, 'data', 'demo');
  }

  /** In the order of docker-compose.yml's dependencies. */
  async start(): Promise<void> {
    const { backend, gateway, nats, console: port } = this.ports;
    const dataDir = join(this.folder, 'data');
    await mkdir(dataDir, { mode: 0o700 });
    if (NOBODY.uid !== undefined) await chown(dataDir, NOBODY.uid, NOBODY.gid);
    this.#launch('nats', findProgram(['nats-server'], 'nats-server'), ['-a', '127.0.0.1', '-p', String(nats), '--user', NATS.user, '--pass', NATS.password], '/');
    const bus = { NATS_URL: `nats://${NATS.user}:${encodeURIComponent(NATS.password)}@127.0.0.1:${nats}` };
    const places = { CUPOLA_HOST: '0.0.0.0', CUPOLA_TRUSTED_PROXY: '127.0.0.1/32', CUPOLA_PUBLIC_URL: this.url, CUPOLA_GATEWAY_PUBLIC_URL: this.gatewayUrl };
    const database = { DATABASE_URL: this.databaseUrl };
    await this.#ended(await this.#program('migrate', database));
    await this.#program('backend', { ...bus, ...places, ...database, CUPOLA_PORT: String(backend), CUPOLA_DATA_DIR: dataDir, CUPOLA_ADMIN_PASSWORD: PASSWORD, CUPOLA_DEMO_PASSWORD: DEMO_PASSWORD });
    await waitFor(() => isHealthy(backend), PATIENTLY);
    await this.#program('device-gateway', { ...bus, ...places, CUPOLA_GATEWAY_PORT: String(gateway) });
    await waitFor(() => isHealthy(gateway), PATIENTLY);
    await this.#nginx();
    await waitFor(() => isHealthy(port), PATIENTLY);
  }

  /** The demo building, which finds the product at its public addresses. */
  async startDemo(): Promise<void> {
    const place = { CUPOLA_DEMO_URL: this.url, CUPOLA_DEMO_GATEWAY: this.gatewayUrl, CUPOLA_DEMO_SITE: 'Cupola House', CUPOLA_DEMO_STATE: this.demoState };
    await this.#program('simulator', { ...place, CUPOLA_DEMO_USER: 'demo-building', CUPOLA_PASSWORD: DEMO_PASSWORD });
  }

  /** The command of a stage, by the Node that the build stage installed, which is the pinned one. */
  async #program(name: string, env: Record<string, string>): Promise<ChildProcess> {
    const root = await this.#folders.build(name);
    const [program, ...args] = JSON.parse(lastOf(resolveStage(this.#stages, name), 'CMD') ?? '[]') as string[];
    if (program !== 'node') throw new Error(`The image ${name} starts ${program} and not node.`);
    return this.#launch(name, await this.#node(), args, join(root, 'cupola'), { NODE_ENV: 'production', ...env });
  }

  async #node(): Promise<string> {
    return join(await this.#folders.build('build'), 'cupola/node_modules/.bin/node');
  }

  /** Whether the image's own health check passes: its very command, on this machine's ports and folders. */
  async isWell(name: Program): Promise<boolean> {
    const [, command = '[]'] = / CMD (\[.*\])$/.exec(lastOf(resolveStage(this.#stages, name), 'HEALTHCHECK') ?? '') ?? [];
    const { backend, gateway, console: port } = this.ports;
    const places: Record<Program, [inside: string, here: string]> = {
      backend: [':8080', `:${backend}`],
      'device-gateway': [':8081', `:${gateway}`],
      frontend: [':8080', `:${port}`],
      simulator: ['/var/lib/cupola-demo', this.demoState],
    };
    const [program = '', ...args] = (JSON.parse(command) as string[]).map((word) => word.replaceAll(...places[name]));
    const check = spawn(program === 'node' ? await this.#node() : program, args, { cwd: '/', stdio: 'ignore', ...NOBODY });
    return (await exitOf(check)) === 0;
  }

  /** Ends a program as an engine does: nginx takes its workers with it, which a container would. */
  async end(name: Program): Promise<void> {
    const child = this.#running.get(name);
    if (child === undefined) throw new Error(`${name} does not run.`);
    child.kill('SIGTERM');
    await exitOf(child);
  }

  /** nginx with the image's configuration, but for ports and folders. */
  async #nginx(): Promise<void> {
    const root = await this.#folders.build('frontend');
    const configuration = join(root, 'etc/nginx/cupola');
    const { console: port, controllers, backend, gateway } = this.ports;
    const changes: [string, string][] = [
      ...[['listen 8080', `listen 127.0.0.1:${port}`], ['listen 8081', `listen 127.0.0.1:${controllers}`]] as [string, string][],
      ...[['http://backend:8080', `http://127.0.0.1:${backend}`], ['http://device-gateway:8081', `http://127.0.0.1:${gateway}`]] as [string, string][],
      // What Node gives a child for its output cannot be opened by name.
      ['/dev/stdout', join(this.folder, 'data', 'access.log')],
      ...[['/etc/nginx/cupola', configuration], ['/srv/console', join(root, 'srv/console')], ['/tmp/nginx', join(this.folder, 'data', 'nginx')]] as [string, string][],
    ];
    for (const file of await readdir(configuration)) {
      const text = await readFile(join(configuration, file), 'utf8');
      await writeFile(join(configuration, file), changes.reduce((now, [from, to]) => now.replaceAll(from, to), text));
    }
    this.#launch('frontend', findProgram(['nginx'], 'nginx-light'), ['-c', join(configuration, 'nginx.conf'), '-g', 'daemon off;'], root);
  }

  #launch(name: string, program: string, args: readonly string[], cwd: string, env: Record<string, string> = {}): ChildProcess {
    const child = spawn(program, args, { cwd, env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'inherit', 'inherit'], ...NOBODY });
    this.#running.set(name, child);
    return child;
  }

  async #ended(child: ChildProcess): Promise<void> {
    const status = await exitOf(child);
    if (status !== 0) throw new Error(`A program that runs once ended with ${String(status)}.`);
  }

  /** In reverse order. */
  async stop(): Promise<void> {
    for (const child of [...this.#running.values()].reverse()) {
      child.kill('SIGTERM');
      await exitOf(child);
    }
    this.#running.clear();
  }
}

/** Its status, or the signal that ended it; of one that has ended already, too. */
function exitOf(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? child.signalCode);
  return new Promise((resolve, reject) => {
    child.once('exit', (status, signal) => resolve(status ?? signal));
    child.once('error', reject);
  });
}
