import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ADMIN_PASSWORD } from './product.js';
import { gatewayUrl, productUrl } from './scene.js';

const ROOT = new URL('../..', import.meta.url);

/** Runs what a reader of a tour pastes into one shell, block by block. @returns what the commands wrote */
export async function runTour(tour: string): Promise<string> {
  const text = await readFile(new URL(`docs/tours/${tour}.md`, ROOT), 'utf8');
  const commands = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block).join('\n');
  if (!commands) throw new Error(`the tour of the ${tour} has no commands`);
  const place = { CUPOLA_URL: productUrl(), CUPOLA_GATEWAY: gatewayUrl(), CUPOLA_PORT: new URL(productUrl()).port };
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], {
    cwd: fileURLToPath(ROOT),
    env: { ...process.env, FORCE_COLOR: '0', ...place, CUPOLA_ADMIN_PASSWORD: ADMIN_PASSWORD },
  });
  return stdout;
}
