import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { ADMIN_PASSWORD } from '../product/product.js';
import { asAdmin, onlineController, pointOf, productUrl } from '../product/scene.js';

const ROOT = new URL('../..', import.meta.url);
/** A building of its own: elsewhere other specs have put their controllers. */
const FERRY = 'Ferry House';

/** What a reader pastes into one shell, block by block. */
async function commandsOf(tour: string): Promise<string> {
  const text = await readFile(new URL(`docs/tours/${tour}.md`, ROOT), 'utf8');
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block).join('\n');
}

test("the integrator's tour does what it says", async () => {
  await (await asAdmin()).importModel(await readFile(new URL('../fixtures/two-floors.ttl', import.meta.url), 'utf8'), FERRY, 'metric');
  const { controller, outputs, points } = await onlineController('VAV 102', FERRY);
  const setpoint = pointOf(points, 'Setpoint');
  controller.report(setpoint.key, 21);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', await commandsOf('integrator')], {
    cwd: fileURLToPath(ROOT),
    env: { ...process.env, FORCE_COLOR: '0', CUPOLA_URL: productUrl(), CUPOLA_ADMIN_PASSWORD: ADMIN_PASSWORD },
  });
  expect(stdout).toContain('Administrator');
  expect(stdout).toMatch(/^snapshot \d+ /m);
  expect(stdout).toMatch(/^202$[^]*^202$[^]*^the same command$[^]*^409$[^]*^KEY_REUSED: /m);
  expect(stdout).toMatch(/^command 21\.5 EFFECTIVE$/m);
  expect(stdout).toContain('"readBack": 21.5');
  await expect.poll(() => outputs.get(setpoint.key)).toBe(21);
  await controller.stop();
});
