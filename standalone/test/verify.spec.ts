import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { newInstallation, run } from './scene.js';

type Program = 'verify-alarms' | 'verify-audit';

/** `npm run alarms:verify` and `npm run audit:verify`, after their preparation. */
async function verify(program: Program, dataDir: string): Promise<{ status: number; lastLine: string; errors: string }> {
  const entry = fileURLToPath(new URL(`../dist/${program}.js`, import.meta.url));
  const child = spawn(process.execPath, [entry], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], CUPOLA_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const [status] = (await once(child, 'close')) as [number];
  return { status, lastLine: output.trim().split('\n').at(-1) ?? '', errors };
}

describe('verifying', () => {
  it('works beside the running product, after it stopped, and says what it looked at', async () => {
    const installation = await newInstallation();
    const product = run(installation);
    await product.ready();
    expect(await verify('verify-alarms', installation.dataDir)).toMatchObject({ status: 0, lastLine: 'OK: 0 alarms, 0 journal lines, no difference.' });
    expect((await fetch(`http://127.0.0.1:${installation.port}/health/ready`)).status).toBe(200);
    product.child.kill('SIGTERM');
    await product.ended();
    expect(await verify('verify-audit', installation.dataDir)).toMatchObject({ status: 0, lastLine: expect.stringMatching(/^OK: \d+ audit records, every chain is whole\.$/) });
    expect(await verify('verify-alarms', installation.dataDir)).toMatchObject({ status: 0 });
  });

  it('of a place without a database fails, and makes none', async () => {
    const { dataDir } = await newInstallation();
    const answer = await verify('verify-alarms', dataDir);
    expect(answer).toMatchObject({ status: 1, lastLine: 'Not verified.' });
    expect(answer.errors).toContain(`There is no database in ${dataDir}`);
  });
});
