import { DEMO_ACCOUNT, type RunningBackend } from '@cupola/backend';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trustOwnCertificates } from './own-certificates.js';
import type { Environment } from './settings.js';
import { type SupervisedChild, superviseChild } from './supervised-child.js';

const PROGRAM = fileURLToPath(new URL('./demo/main.js', import.meta.resolve('@cupola/simulator')));
/** What only the product itself may know. */
const SECRETS = ['CUPOLA_ADMIN_PASSWORD', 'CUPOLA_DEMO_PASSWORD', 'CUPOLA_PASSWORD', 'DATABASE_URL', 'NATS_URL'];

interface DemoSurroundings {
  readonly backend: RunningBackend;
  readonly gatewayUrl: string;
  readonly dataDir: string;
  readonly env: Environment;
  readonly print: (line: string) => void;
}

/**
 * The demo building: a child with an account that may do things on its own site alone. The product goes on without it if it must.
 * It needs the gateway to start and has to outlive it: controllers that left before it would be lost for themselves, and a restart would raise an alarm for each.
 */
export class DemoBuilding {
  #child: SupervisedChild | undefined;

  async start({ backend, gatewayUrl, dataDir, env, print }: DemoSurroundings): Promise<void> {
    const folder = join(dataDir, 'demo');
    const password = await backend.serviceAccount({ ...DEMO_ACCOUNT, secret: { file: join(folder, 'password') } });
    this.#child = superviseChild({
      ...{ name: 'demo', file: PROGRAM, print },
      env: {
        ...Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.includes(name))),
        ...{ CUPOLA_DEMO_URL: backend.url, CUPOLA_DEMO_GATEWAY: gatewayUrl, CUPOLA_DEMO_USER: DEMO_ACCOUNT.username, CUPOLA_PASSWORD: password },
        ...{ CUPOLA_DEMO_SITE: DEMO_ACCOUNT.site.name, CUPOLA_DEMO_STATE: folder, ...(await trustOwnCertificates(env, folder)) },
      },
    });
  }

  async stop(): Promise<void> {
    await this.#child?.stop();
  }

  abort(): void {
    this.#child?.abort();
  }
}
