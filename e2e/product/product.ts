import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@cupola/testing';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTRY = join(ROOT, 'standalone/dist/main.js');

export const ADMIN_PASSWORD = 'correct horse battery staple';

/** The real product as a child process, with its own data directory and ports. */
export class Product {
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(
    readonly dataDir: string,
    readonly port: number,
    readonly gatewayPort: number,
  ) {}

  static async start(): Promise<Product> {
    const dataDir = await mkdtemp(join(tmpdir(), 'cupola-e2e-'));
    const product = new Product(dataDir, await freePort(), await freePort());
    await product.run();
    return product;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get gatewayUrl(): string {
    return `http://127.0.0.1:${this.gatewayPort}`;
  }

  /** Starts (or starts again) and resolves when both programs are ready. */
  async run(): Promise<void> {
    const child = spawn(process.execPath, [ENTRY], {
      cwd: ROOT,
      env: {
        ...process.env,
        CUPOLA_PORT: String(this.port),
        CUPOLA_GATEWAY_PORT: String(this.gatewayPort),
        CUPOLA_DATA_DIR: this.dataDir,
        CUPOLA_ADMIN_PASSWORD: ADMIN_PASSWORD,
        CUPOLA_DEMO: 'off',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    await this.untilReady(child);
  }

  private async untilReady(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + 90_000;
    while (Date.now() < deadline) {
      if (child.exitCode !== null) throw new Error(`the product ended with status ${child.exitCode}:\n${this.output}`);
      const answers = await Promise.all([this.url, this.gatewayUrl].map((url) => isReady(`${url}/health/ready`)));
      if (answers.every(Boolean)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the product was not ready within 90 s:\n${this.output}`);
  }

  /** kill -9 of the Node process; the database child is left behind, as in a real crash. */
  async crash(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    // nobody listens yet
    return false;
  }
}
