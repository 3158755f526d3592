import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that the kernel gives to outgoing connections: between choosing one of those and using it anybody may have got it. */
const [FIRST, BEYOND] = [12_000, 30_000];

/** A TCP port of 127.0.0.1 that nobody listens on, for a program of its own that has to be told its port. What runs in the test's process binds port 0. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, BEYOND);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
  } catch {
    // Taken: the caller takes another one.
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
