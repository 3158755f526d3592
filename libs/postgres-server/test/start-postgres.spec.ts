import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRunning } from '../src/process-state.js';
import { ask, kill, newDirectory, start, startInChild, waitUntil } from './scene.js';

describe('a first start', () => {
  it('makes a UTF-8 database behind a random password that only this user may read', async () => {
    const dataDir = await newDirectory();
    const postgres = await start(dataDir);
    const settings = await ask<Record<string, string>>(
      postgres.url,
      `SELECT current_setting('server_encoding') AS encoding, current_setting('unix_socket_directories') AS socket,
         current_setting('listen_addresses') AS addresses, current_setting('server_version') AS version, (SELECT datcollate FROM pg_database WHERE datname = 'postgres') AS collation`,
    );
    expect(settings).toEqual([{ encoding: 'UTF8', socket: '', addresses: '127.0.0.1', version: '18.4', collation: 'C' }]);
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(dataDir, 'cluster', 'pg_hba.conf'), 'utf8')).not.toMatch(/^[^#]*\btrust\b/m);
    const wrong = new URL(postgres.url);
    wrong.password = 'wrong';
    await expect(ask(wrong.toString(), 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it('keeps what it committed, unless it is for tests', async () => {
    const postgres = await start(await newDirectory(), { volatile: false });
    const [settings] = await ask<{ fsync: string; commit: string; pages: string; memory: string }>(
      postgres.url,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit, current_setting('full_page_writes') AS pages, current_setting('shared_buffers') AS memory`,
    );
    expect(settings).toEqual({ fsync: 'on', commit: 'on', pages: 'on', memory: '256MB' });
  });

  it('leaves nothing half-made when it is killed in the middle', async () => {
    const dataDir = await newDirectory();
    const { child } = startInChild(dataDir);
    await waitUntil(async () => (await readdir(dataDir).catch(() => [])).some((name) => name.startsWith('cluster-draft-')));
    await kill(child);
    expect(existsSync(join(dataDir, 'cluster'))).toBe(false);
    const postgres = await start(dataDir);
    expect(await ask(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await readdir(dataDir)).filter((name) => name.startsWith('cluster-draft-'))).toEqual([]);
  });

  it('needs no LANG, and is not misled by an unknown one or by PG variables', async () => {
    const { LANG: _lang, LC_ALL: _all, ...bare } = process.env;
    for (const env of [bare, { ...bare, LANG: 'xx_YY.UTF-8', LC_ALL: 'xx_YY.UTF-8', PGDATA: '/nowhere', PGPORT: '1' }]) {
      const { started, child } = startInChild(await newDirectory(), env);
      const { pid } = await started;
      await kill(child);
      process.kill(pid, 'SIGQUIT');
      await waitUntil(async () => !(await isRunning(pid)));
    }
  });
});

describe('a later start', () => {
  it('finds the same content on the same port', async () => {
    const dataDir = await newDirectory();
    const first = await start(dataDir);
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start(dataDir);
    expect(second).toMatchObject({ url: first.url, adopted: false });
    expect(await ask(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('takes another port when the one of last time is taken', async () => {
    const dataDir = await newDirectory();
    const first = await start(dataDir);
    await first.stop();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    const second = await start(dataDir);
    squatter.close();
    expect(second.port).not.toBe(first.port);
  });

  it('names the port that was asked for when that is taken', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    const { port } = squatter.address() as { port: number };
    await expect(start(await newDirectory(), { port })).rejects.toMatchObject({ code: 'NO_PORT', message: expect.stringContaining(String(port)) });
    squatter.close();
  });

  it('ignores a stale process file, also when another program has its number by now', async () => {
    const dataDir = await newDirectory();
    const first = await start(dataDir);
    const file = join(dataDir, 'cluster', 'postmaster.pid');
    const text = await readFile(file, 'utf8');
    await first.stop();
    for (const pid of ['4194303', String(process.ppid), '1']) {
      await writeFile(file, text.replace(/^\d+/, pid));
      const again = await start(dataDir);
      expect(again.adopted).toBe(false);
      await again.stop();
    }
  });
});

describe('after kill -9 of the program', () => {
  it('adopts the Postgres that still runs, with its content, and stops it in the end', async () => {
    const dataDir = await newDirectory();
    const { child, started } = startInChild(dataDir);
    const left = await started;
    await kill(child);
    expect(await isRunning(left.pid)).toBe(true);
    const postgres = await start(dataDir);
    expect(postgres).toMatchObject({ adopted: true, pid: left.pid, port: left.port });
    expect(postgres.lines.join()).toContain('still running');
    expect(await ask(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await postgres.stop();
    expect(await isRunning(left.pid)).toBe(false);
  });

  it('stops one that does not know our password', async () => {
    const dataDir = await newDirectory();
    const first = await start(dataDir);
    await ask(first.url, `ALTER ROLE cupola PASSWORD 'another'`);
    const second = await start(dataDir);
    expect(second.adopted).toBe(false);
    expect(await isRunning(first.pid)).toBe(false);
  });

  it('recovers a cluster whose Postgres was killed as well', async () => {
    const dataDir = await newDirectory();
    const { child, started } = startInChild(dataDir);
    const { pid } = await started;
    await kill(child);
    process.kill(pid, 'SIGKILL');
    const postgres = await start(dataDir);
    expect(postgres.adopted).toBe(false);
    expect(await ask(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('stopping', () => {
  it('ends open sessions and leaves no process, however often it is asked', async () => {
    const postgres = await start(await newDirectory());
    const sleeping = ask(postgres.url, 'SELECT pg_sleep(60)').catch((error: Error) => error.message);
    await waitUntil(async () => (await ask(postgres.url, `SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%'`)).length === 2);
    await Promise.all([postgres.stop(), postgres.stop()]);
    expect(await sleeping).toMatch(/terminat/);
    expect(await isRunning(postgres.pid)).toBe(false);
  });
});

describe('what it refuses, in one sentence', () => {
  it('a cluster of another major version', async () => {
    const dataDir = await newDirectory();
    await (await start(dataDir)).stop();
    await writeFile(join(dataDir, 'cluster', 'PG_VERSION'), '16\n');
    await expect(start(dataDir)).rejects.toMatchObject({ code: 'VERSION_MISMATCH', message: expect.stringMatching(/written by Postgres 16, and this release brings Postgres 18/) });
  });

  it('a cluster whose password is gone', async () => {
    const dataDir = await newDirectory();
    await (await start(dataDir)).stop();
    await rm(join(dataDir, 'password'));
    await expect(start(dataDir)).rejects.toMatchObject({ code: 'PASSWORD_LOST' });
  });

  it('a data directory that cannot be written', async () => {
    const dataDir = await newDirectory();
    await writeFile(dataDir, 'a file where the directory should be');
    await expect(start(dataDir)).rejects.toMatchObject({ name: 'PostgresError', message: expect.stringContaining(dataDir) });
  });

  it('a broken configuration, with what Postgres says about it', async () => {
    const dataDir = await newDirectory();
    await (await start(dataDir)).stop();
    await writeFile(join(dataDir, 'cluster', 'postgresql.conf'), 'no_such_setting = 1\n');
    await expect(start(dataDir)).rejects.toMatchObject({ code: 'START_FAILED', message: expect.stringContaining('no_such_setting') });
  });
});

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)('as root', () => {
  it('puts the files where the system user can reach them when the data directory is closed to it, and finds them again', async () => {
    const dataDir = await newDirectory();
    await mkdir(dataDir, { recursive: true });
    await chmod(dirname(dataDir), 0o700);
    const first = await start(dataDir);
    const home = (await readFile(join(dataDir, 'cluster-location'), 'utf8')).trim();
    expect(first.lines.join('\n')).toContain(`its files are in ${home}`);
    await first.stop();
    const second = await start(dataDir);
    expect(second.port).toBe(first.port);
    await second.stop();
    await rm(home, { recursive: true });
  });
});
