import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@cupola/testing';
import { describe, expect, it } from 'vitest';
import { isHealthy, newInstallation, PATIENTLY, postgresOf, run } from './scene.js';

describe('the first start', () => {
  it('makes an installation, says where it is and tells the administrator\'s password once', async () => {
    const place = await newInstallation();
    const first = run(place);
    await first.ready();
    expect(first.output()).toContain(`console       http://127.0.0.1:${place.port}`);
    expect(first.output()).toContain(`controllers   http://127.0.0.1:${place.gatewayPort}`);
    const password = /user admin, password (\S+)/.exec(first.output())?.[1] ?? '';
    expect(password.length).toBeGreaterThanOrEqual(16);
    const file = join(place.dataDir, 'first-administrator.txt');
    expect(await readFile(file, 'utf8')).toContain(password);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await Promise.all([place.port, place.gatewayPort].map(isHealthy))).toEqual([true, true]);

    first.child.kill('SIGTERM');
    expect(await first.ended()).toBe(0);
    const second = run(place);
    await second.ready();
    expect(second.output()).not.toContain(password);
    expect(second.output()).not.toContain('First administrator');
  });

  it('can be killed in the middle and is done again', async () => {
    const place = await newInstallation();
    const killed = run(place);
    await waitFor(async () => (await readdir(join(place.dataDir, 'postgres')).catch(() => [])).some((name) => name.startsWith('cluster-draft-')), { ...PATIENTLY, intervalMs: 2 });
    killed.child.kill('SIGKILL');
    await killed.ended();
    const again = run(place);
    await again.ready();
    expect(await isHealthy(place.port)).toBe(true);
  });

  it('can be interrupted with Ctrl-C and leaves nothing running', async () => {
    const place = await newInstallation();
    const interrupted = run(place);
    await waitFor(() => postgresOf(place), { ...PATIENTLY, intervalMs: 2 });
    interrupted.child.kill('SIGINT');
    expect(await interrupted.ended()).toBe(0);
    expect(interrupted.output()).not.toContain('Cupola is running.');
    expect(await postgresOf(place)).toBeUndefined();
    expect(existsSync(join(place.dataDir, 'lock'))).toBe(false);
  });
});

describe('Ctrl-C', () => {
  it('ends everything in order, leaves no database and exits clean, also when npm repeats the signal', async () => {
    const place = await newInstallation();
    const product = run(place);
    await product.ready();
    expect(await postgresOf(place)).toBeDefined();
    product.child.kill('SIGINT');
    product.child.kill('SIGINT');
    expect(await product.ended()).toBe(0);
    expect(product.output()).toMatch(/Stopping\.[\s\S]*Stopped\./);
    expect(await postgresOf(place)).toBeUndefined();
    expect(existsSync(join(place.dataDir, 'lock'))).toBe(false);
  });
});

describe('after kill -9', () => {
  it('starts again on the same content and uses the database that was left behind', async () => {
    const place = await newInstallation();
    const killed = run(place);
    await killed.ready();
    const left = await postgresOf(place);
    killed.child.kill('SIGKILL');
    await killed.ended();
    expect(await postgresOf(place)).toBe(left);
    const again = run(place);
    await again.ready();
    expect(await postgresOf(place)).toBe(left);
    expect(again.output()).toContain('still running');
    expect(again.output()).not.toContain('First administrator');
    again.child.kill('SIGINT');
    expect(await again.ended()).toBe(0);
    expect(await postgresOf(place)).toBeUndefined();
  });

  it('of the database, starts that again under the running product', async () => {
    const place = await newInstallation();
    const product = run(place);
    await product.ready();
    process.kill((await postgresOf(place)) ?? 0, 'SIGKILL');
    await waitFor(() => product.output().includes('The database runs again.'), PATIENTLY);
    await waitFor(() => isHealthy(place.port), PATIENTLY);
  });
});
