import type { RunningBackend } from '@cupola/backend';
import { DEMO_TIME_ZONE } from '@cupola/simulator';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClosingOrder } from './closing-order.js';
import { trustOwnCertificates } from './own-certificates.js';
import type { Environment } from './settings.js';
import { superviseChild } from './supervised-child.js';

const PROGRAM = fileURLToPath(new URL('./demo/main.js', import.meta.resolve('@cupola/simulator')));
const SITE = 'Cupola House';
const USER = 'demo-building';
/** What only the product itself may know. */
const SECRETS = ['CUPOLA_ADMIN_PASSWORD', 'CUPOLA_PASSWORD', 'DATABASE_URL', 'NATS_URL'];

interface DemoSurroundings {
  readonly backend: RunningBackend;
  readonly gatewayUrl: string;
  readonly dataDir: string;
  readonly env: Environment;
  readonly running: ClosingOrder;
  readonly print: (line: string) => void;
}

/** Starts the demo building as a child, with an account that may do things on its own site alone. The product goes on without it if it must. */
export async function startDemo({ backend, gatewayUrl, dataDir, env, running, print }: DemoSurroundings): Promise<void> {
  const folder = join(dataDir, 'demo');
  const password = await backend.serviceAccount({
    ...{ username: USER, name: 'Demo building', role: 'technician', passwordFile: join(folder, 'password') },
    site: { name: SITE, timeZone: DEMO_TIME_ZONE },
  });
  const child = superviseChild({
    ...{ name: 'demo', file: PROGRAM, print },
    env: {
      ...Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.includes(name))),
      ...{ CUPOLA_DEMO_URL: backend.url, CUPOLA_DEMO_GATEWAY: gatewayUrl, CUPOLA_DEMO_USER: USER, CUPOLA_PASSWORD: password },
      ...{ CUPOLA_DEMO_SITE: SITE, CUPOLA_DEMO_STATE: folder, ...(await trustOwnCertificates(env, folder)) },
    },
  });
  running.add(
    'the demo building',
    () => child.stop(),
    () => child.abort(),
  );
}
