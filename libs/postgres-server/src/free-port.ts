import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** True when nobody listens on this port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  return (await listen(port)) !== undefined;
}

/** A port that nobody listens on, chosen by the operating system. */
export async function anyFreePort(): Promise<number> {
  return (await listen(0)) ?? anyFreePort();
}

/** The port of last time, so that a person's database tool keeps working across restarts; another one when it is taken. */
export async function rememberedPort(dataDir: string): Promise<number> {
  const port = Number(await readFile(join(dataDir, 'port'), 'utf8').catch(() => ''));
  const usable = Number.isInteger(port) && port > 0 && port < 65_536 && (await isFree(port));
  return usable ? port : anyFreePort();
}

function listen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
