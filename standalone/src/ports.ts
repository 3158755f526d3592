import { createServer } from 'node:net';
import { StartError } from './start-error.js';

export interface WantedPort {
  readonly host: string;
  readonly port: number;
  /** What listens there, in a person's words. */
  readonly purpose: string;
  /** The variable that chooses another port. */
  readonly setting: string;
}

/** Fails before anything is started when somebody else has a port; the listeners themselves would say EADDRINUSE after a minute of work. */
export async function checkPorts(wanted: readonly WantedPort[]): Promise<void> {
  for (const one of wanted) {
    const code = await tryToListen(one);
    if (code !== undefined) throw new StartError(sentence(one, code));
  }
}

function sentence({ host, port, purpose, setting }: WantedPort, code: string): string {
  if (code === 'EADDRINUSE') return `Port ${port} of ${host}, meant for ${purpose}, is taken by another program: stop that, or choose another port with ${setting}.`;
  if (code === 'EACCES') return `This user may not listen on port ${port}, meant for ${purpose}: choose one above 1023 with ${setting}.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is not an address of this machine: set CUPOLA_HOST to one that is.`;
  return `Nothing can listen on port ${port} of ${host}, meant for ${purpose} (${code}): choose another port with ${setting}.`;
}

function tryToListen({ host, port }: WantedPort): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
