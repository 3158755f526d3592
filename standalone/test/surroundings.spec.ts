import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createDatabase, freePort } from '@cupola/testing';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { afterwards, isHealthy, newInstallation, postgresOf, run, type Installation } from './scene.js';

async function refusal(place: Installation, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const product = run(place, env);
  expect(await product.ended()).toBe(1);
  return product.output();
}

async function occupy(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  afterwards(() => server.close());
}

describe('what keeps it from starting is one sentence', () => {
  it('a taken port, with the setting that chooses another', async () => {
    const place = await newInstallation();
    await occupy(place.port);
    expect(await refusal(place)).toMatch(new RegExp(`^Port ${place.port} of 127.0.0.1, meant for the console, is taken .* CUPOLA_PORT\\.\\n$`));
    const other = await newInstallation();
    await occupy(other.gatewayPort);
    expect(await refusal(other)).toMatch(/^Port \d+ of 127\.0\.0\.1, meant for controllers, is taken .* CUPOLA_GATEWAY_PORT\.\n$/);
  });

  it('a second start on the same data directory, with the process and the address of the first', async () => {
    const place = await newInstallation();
    const first = run(place);
    await first.ready();
    const said = await refusal({ ...place, port: await freePort(), gatewayPort: await freePort() });
    expect(said).toContain(`Cupola already runs on ${place.dataDir} (process ${first.child.pid}) at http://127.0.0.1:${place.port}`);
    expect(await isHealthy(place.port)).toBe(true);
  });

  it('a data directory that cannot be made', async () => {
    const place = await newInstallation();
    await writeFile(place.dataDir, 'a file where the directory should be');
    expect(await refusal(place)).toMatch(/^The data directory .* cannot be written \(\w+\): choose another with CUPOLA_DATA_DIR\.\n$/);
  });

  it('a setting that means nothing', async () => {
    expect(await refusal(await newInstallation(), { CUPOLA_PORT: 'eighty' })).toBe('CUPOLA_PORT must be a port number from 0 to 65535.\n');
  });

  it('a database that does not answer, without its password', async () => {
    const port = await freePort();
    const said = await refusal(await newInstallation(), { DATABASE_URL: `postgres://someone:secret@127.0.0.1:${port}/cupola` });
    expect(said).toContain(`postgres://someone@127.0.0.1:${port}/cupola of DATABASE_URL cannot be used: connect ECONNREFUSED`);
    expect(said).not.toContain('secret');
  });

  it('a database that a newer release wrote', async () => {
    const { url } = await createDatabase();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`INSERT INTO migrations ("timestamp", name) VALUES (9999999999999, 'Future9999999999999')`);
    await client.end();
    expect(await refusal(await newInstallation(), { DATABASE_URL: url })).toContain('newer release of Cupola (Future9999999999999)');
  });
});

describe('it starts', () => {
  it('on a database that somebody else runs, and leaves that running', async () => {
    const place = await newInstallation();
    const { url } = await createDatabase();
    const product = run(place, { DATABASE_URL: url });
    await product.ready();
    expect(product.output()).toContain('database      postgres://cupola@127.0.0.1');
    expect(await postgresOf(place)).toBeUndefined();
    product.child.kill('SIGINT');
    expect(await product.ended()).toBe(0);
  });

  it('where LANG names a language that the machine does not have', async () => {
    const place = await newInstallation();
    const product = run(place, { LANG: 'xx_YY.UTF-8', LC_ALL: 'xx_YY.UTF-8' });
    await product.ready();
  });

  it('over a lock that a process of another time left', async () => {
    const place = await newInstallation();
    await mkdir(place.dataDir, { mode: 0o711 });
    await writeFile(join(place.dataDir, 'lock'), JSON.stringify({ pid: process.pid, started: 'another time', url: 'http://127.0.0.1:1' }));
    await run(place).ready();
  });
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
  it('keeps the database where its system user can reach it when the data directory is closed', async () => {
    const place = await newInstallation();
    await chmod(dirname(place.dataDir), 0o700);
    const product = run(place);
    await product.ready();
    const home = (await readFile(join(place.dataDir, 'postgres', 'cluster-location'), 'utf8')).trim();
    expect(product.output()).toContain(`its files are in ${home}`);
    product.child.kill('SIGINT');
    expect(await product.ended()).toBe(0);
    await rm(home, { recursive: true });
  });
});
