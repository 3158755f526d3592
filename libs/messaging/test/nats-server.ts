import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@cupola/testing';

export interface NatsServer {
  url: string;
  stop(): Promise<void>;
  restart(): Promise<void>;
}

/** A nats-server of this test's own, with more of its command line in `options`. Its absence is an error: a suite that skips proves nothing. */
export async function startNatsServer(options: readonly string[] = []): Promise<NatsServer> {
  const binary = ['nats-server', '/usr/sbin/nats-server'].find((candidate) => spawnSync(candidate, ['--version']).status === 0);
  if (binary === undefined) throw new Error('nats-server was not found: install it (Debian: apt-get install nats-server) or put it on PATH');
  const port = await freePort();
  let child = await launch(binary, port, options);
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    stop,
    restart: async () => {
      child = await launch(binary, port, options);
    },
  };
}

async function launch(binary: string, port: number, options: readonly string[]): Promise<ReturnType<typeof spawn>> {
  const child = spawn(binary, ['-a', '127.0.0.1', '-p', String(port), ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('Server is ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`nats-server ended with ${code}: ${log}`)));
  });
  return child;
}
