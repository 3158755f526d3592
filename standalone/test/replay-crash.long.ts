import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@cupola/testing';
import { expect, it } from 'vitest';
import { afterwards, newInstallation, run, type Installation } from './scene.js';

const REPLAY = fileURLToPath(new URL('../../simulator/dist/replay/main.js', import.meta.url));
/** Recordings that stand beside the project where it is developed; without them there is nothing to replay. */
const RECORDED = fileURLToPath(new URL('../../../shared/data/bldg1', import.meta.url));
const PASSWORD = 'correct horse battery staple';
const ENOUGH_ACKS = 300;
const MINUTES = { timeoutMs: 900_000 };

/** Starts the replay of the recorded building against an installation. */
function replay({ port, gatewayPort, dataDir }: Installation, ...more: string[]): { kill(): void; ended(): Promise<{ status: number | null; output: string }> } {
  const child = spawn(
    process.execPath,
    [
      REPLAY,
      ...['--model', join(RECORDED, 'bldg1.ttl'), '--telemetry', join(RECORDED, 'telemetry.zip'), '--speed', 'max'],
      ...['--url', `http://127.0.0.1:${port}`, '--gateway', `http://127.0.0.1:${gatewayPort}`, '--state', stateOf(dataDir), ...more],
    ],
    { env: { PATH: process.env['PATH'], CUPOLA_ADMIN_PASSWORD: PASSWORD }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<{ status: number | null; output: string }>((resolve) => child.once('close', (status) => resolve({ status, output })));
  afterwards(() => child.kill('SIGKILL'));
  return { kill: () => child.kill('SIGKILL'), ended: () => ended };
}

function stateOf(dataDir: string): string {
  return join(dataDir, '..', 'replay');
}

async function acknowledgements(log: string): Promise<number> {
  return (await readFile(log, 'utf8').catch(() => '')).split('\n').length - 1;
}

it.skipIf(!existsSync(RECORDED))('keeps every acknowledged sample through kill -9, and ends with every row of a real building, once', async () => {
  const place = await newInstallation();
  const log = join(place.dataDir, '..', 'acks.log');
  const product = run(place, { CUPOLA_ADMIN_PASSWORD: PASSWORD });
  await product.ready();
  const first = replay(place, '--ack-log', log);
  await waitFor(async () => (await acknowledgements(log)) >= ENOUGH_ACKS, MINUTES);
  product.child.kill('SIGKILL');
  first.kill();
  await Promise.all([product.ended(), first.ended()]);

  const restarted = run(place);
  await restarted.ready();
  const checked = await replay(place, '--check-acks', log).ended();
  expect(checked, checked.output).toMatchObject({ status: 0 });

  await rm(stateOf(place.dataDir), { recursive: true, force: true });
  const second = await replay(place, '--verify').ended();
  expect(second, second.output.slice(-2000)).toMatchObject({ status: 0 });
  expect(second.output).toContain('246151 of 246151 rows equal');
});
