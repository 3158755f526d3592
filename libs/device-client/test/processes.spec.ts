import { waitFor } from '@cupola/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteStore } from '../src/index.js';
import { ScriptedGateway } from './scripted-gateway.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cupola-process-'));
});
afterEach(() => rm(folder, { recursive: true }));

function run(program: string, ...args: string[]) {
  const path = fileURLToPath(new URL(`programs/${program}.ts`, import.meta.url));
  return spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('kill -9', () => {
  it('at any point costs nothing that was appended, and no number twice', async () => {
    const path = join(folder, 'samples.db');
    const ids = new Set<string>();
    let said = 0;
    for (const enough of [1, 2, 7, 50, 3, 120]) {
      const child = run('append-forever', path);
      const first = said;
      const lines = createInterface({ input: child.stdout });
      lines.on('line', (line) => (said = Number(line)));
      await waitFor(() => said >= first + enough, { timeoutMs: 60_000 });
      child.kill('SIGKILL');
      await once(lines, 'close');
      const store = sqliteStore(path);
      store.onDamage((problem) => {
        throw problem;
      });
      ids.add(`${store.live.id} ${store.events.id}`);
      // One more may have been safe before the program could say so, and never more.
      expect([said, said + 1]).toContain(store.live.next - 1);
      expect(store.events.next).toBe(store.live.next);
      for (const [stream, key] of [[store.live, 'temp'], [store.events, 'door']] as const) {
        for (let seq = stream.oldest; seq < stream.next; seq += 1) {
          expect(stream.frame(seq)).toEqual({ lane: 0, rows: [[key, key === 'temp' ? seq : seq % 2, 0, 1000 * seq]] });
        }
      }
      store.close();
    }
    expect(ids.size).toBe(1);
  });
});

describe('F6: stop() leaves no timer and no socket', () => {
  let gateway: ScriptedGateway;
  beforeEach(async () => {
    gateway = await new ScriptedGateway().listen();
  });
  afterEach(() => gateway.kill());

  it.each([
    ['online', () => undefined],
    ['pending', () => (gateway.welcomeOver = { status: 'pending', credits: 0 })],
    ['connecting', () => (gateway.welcomes = false)],
    ['waiting', () => (gateway.ticketAnswer = { status: 503, headers: { 'retry-after': '3600' } })],
  ])('in a process of its own, stopped while it is %s', async (link, script) => {
    script();
    const child = run('start-and-stop', gateway.url, link, join(folder, 'samples.db'));
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(code).toBe(0);
    const { left, ...end } = JSON.parse(said) as { link: string; left: string[] };
    expect(end).toEqual({ link: 'stopped' });
    expect(left.filter((resource) => !/^(Pipe|TTY|FS)/.test(resource))).toEqual([]);
  });
});
