import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ADMIN_PASSWORD } from './product.js';
import { gatewayUrl, productUrl } from './scene.js';

const ENTRY = fileURLToPath(new URL('../../simulator/dist/demo/main.js', import.meta.url));
const FOUNDED_WITHIN_MS = 240_000;

/** Cupola House, with nothing wrong in it, on the product that runs. Resolves once it lives, to what ends it. */
export async function startDemoBuilding(): Promise<() => Promise<void>> {
  const state = await mkdtemp(join(tmpdir(), 'cupola-e2e-demo-'));
  const place = { CUPOLA_DEMO_URL: productUrl(), CUPOLA_DEMO_GATEWAY: gatewayUrl(), CUPOLA_DEMO_SITE: 'Demo', CUPOLA_DEMO_STATE: state };
  const env = { ...process.env, ...place, CUPOLA_DEMO_USER: 'admin', CUPOLA_PASSWORD: ADMIN_PASSWORD, CUPOLA_DEMO_FAULTS: 'off' };
  const child = spawn(process.execPath, [ENTRY], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`The demo building ${why}:\n${said}`));
    const timer = setTimeout(() => fail('was not founded in time'), FOUNDED_WITHIN_MS);
    child.once('exit', () => fail('ended'));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => {
        said += text.toString();
        if (!said.includes('Cupola House lives')) return;
        clearTimeout(timer);
        resolve();
      });
    }
  });
  return async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(state, { recursive: true, force: true });
  };
}
