import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { waitFor } from '@cupola/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readArguments } from '../src/replay/arguments.js';
import { runReplay } from '../src/replay/run-replay.js';
import { PASSWORD, ScriptedProduct } from './scripted-product.js';

const POINTS = [
  { sourceId: 'x#a', equipment: 'VAV 1' },
  { sourceId: 'x#b', equipment: 'VAV 1', writable: true },
  { sourceId: 'x#c', equipment: 'VAV 2' },
  { sourceId: 'x#d', equipment: null },
  { sourceId: 'x#silent', equipment: 'AHU' },
];
const STEPS = 12;
const T0 = Date.UTC(2015, 0, 1);
const QUARTER = 900_000;

let product: ScriptedProduct;
let folder: string;
let said: string;
const out = new Writable({
  write(chunk: Buffer, _, done) {
    said += chunk.toString();
    done();
  },
});

beforeEach(async () => {
  said = '';
  product = await new ScriptedProduct(POINTS).listen();
  folder = await mkdtemp(join(tmpdir(), 'cupola-replay-'));
  await writeFile(join(folder, 'model.ttl'), '# a model');
  const rows = ['a', 'b', 'c', 'd'].flatMap((id, point) =>
    Array.from({ length: STEPS }, (_, step) => `${new Date(T0 + step * QUARTER).toISOString()},x#${id},${70 + point + step / 10}`),
  );
  await writeFile(join(folder, 'telemetry.csv'), `time,id,value\n${rows.join('\n')}\n`);
});
afterEach(async () => {
  await product.kill();
  await rm(folder, { recursive: true });
});

function replay(args: readonly string[] = [], over: { state?: string; password?: string; signal?: AbortSignal } = {}): Promise<number> {
  const given = ['--model', 'model.ttl', '--telemetry', '.', '--url', product.url, '--gateway', product.url, '--state', over.state ?? 'state', ...args];
  const options = readArguments(given, { INIT_CWD: folder, CUPOLA_PASSWORD: over.password ?? PASSWORD });
  if (options === null) throw new Error('usage');
  return runReplay(options, { signal: over.signal ?? new AbortController().signal, out });
}
const stored = () => [...product.samples.values()].reduce((sum, samples) => sum + samples.length, 0);

describe('a replay', () => {
  it('imports, registers a controller per equipment and one for the building, streams and verifies', async () => {
    expect(await replay(['--verify'])).toBe(0);
    expect(product.imports.map((query) => Object.fromEntries(query))).toEqual([{ site: 'model', unitSystem: 'metric', timeZone: 'UTC' }]);
    expect(product.controllers.map(({ name, status }) => [name, status]).sort()).toEqual([
      ['AHU', 'active'],
      ['House (building)', 'active'],
      ['VAV 1', 'active'],
      ['VAV 2', 'active'],
    ]);
    expect(product.samples.get('x#b')?.[1]).toEqual([T0 + QUARTER, 71.1]);
    expect(said).toContain('Verified: 48 of 48 rows equal in 4 points, none besides');
  });

  it('stores nothing twice when it runs again, with and without its own state', async () => {
    await replay();
    const claims = product.controllers.map(({ secret }) => secret);
    await replay();
    expect(product.controllers.map(({ secret }) => secret)).toEqual(claims);
    expect(await replay(['--verify'], { state: 'lost' })).toBe(0);
    expect(product.controllers.map(({ secret }) => secret)).not.toEqual(claims);
    expect(product.controllers).toHaveLength(4);
    expect([stored(), product.repeated]).toEqual([48, []]);
  });

  it('survives that every connection is cut in the middle', async () => {
    product.cutAfterFrames = 10;
    expect(await replay(['--verify'])).toBe(0);
    expect(stored()).toBe(48);
  });

  it('goes on by itself when the product is away for a while', async () => {
    const running = replay(['--verify', '--speed', '3600']);
    await waitFor(() => stored() > 8);
    const { port } = product;
    await product.kill();
    await waitFor(() => said.includes('0/4 online'));
    await product.listen(port);
    expect(await running).toBe(0);
  });

  it('claims controllers again whose secret is no longer taken', async () => {
    await replay();
    product.forgetSecrets();
    expect(await replay(['--verify'])).toBe(0);
    expect(stored()).toBe(48);
  });

  it('stops when told to, and goes on from there', async () => {
    const abort = new AbortController();
    const running = replay(['--speed', '3600'], { signal: abort.signal });
    await waitFor(() => stored() > 8);
    abort.abort();
    await expect(running).rejects.toThrow();
    expect(stored()).toBeLessThan(48);
    expect(await replay(['--verify'])).toBe(0);
  });
});

describe('--rebase', () => {
  it('ends the recording now, and stays where it is when it runs again without its state', async () => {
    const before = Date.now();
    expect(await replay(['--rebase', '--verify'])).toBe(0);
    const last = Math.max(...(product.samples.get('x#a') ?? []).map(([time]) => time));
    expect(last).toBeGreaterThanOrEqual(before);
    expect(last).toBeLessThanOrEqual(Date.now());
    expect(await replay(['--rebase', '--verify'], { state: 'lost' })).toBe(0);
    expect(stored()).toBe(48);
  });
});

describe('verification', () => {
  it.each([
    ['a missing row', (samples: [number, number][]) => samples.splice(3, 1), 'x#a: missing 2015-01-01T00:45:00.000Z 70.3'],
    ['a changed value', (samples: [number, number][]) => void (samples[3] = [T0 + 3 * QUARTER, 70.30000000000001]), 'missing 2015-01-01T00:45:00.000Z 70.3'],
    ['a row besides', (samples: [number, number][]) => samples.push([T0 + 1, 5]), 'not recorded, but stored 2015-01-01T00:00:00.001Z 5'],
  ])('finds %s', async (_, spoil, text) => {
    await replay();
    spoil(product.samples.get('x#a') ?? []);
    expect(await replay(['--verify'])).toBe(1);
    expect(said).toContain(text);
    expect(said).toContain('DIFFERENT: ');
  });

  it('of acknowledgements finds each of their samples, or says which are lost, and sends nothing', async () => {
    await replay(['--ack-log', 'acks']);
    const log = await readFile(join(folder, 'acks'), 'utf8');
    expect(log.trim().split('\n').reduce((sum, line) => sum + (JSON.parse(line) as { rows: number }).rows, 0)).toBe(48);
    expect(await replay(['--check-acks', 'acks'])).toBe(0);
    expect(said).toContain('Kept: 48 of 48 samples');
    product.samples.get('x#c')?.splice(0, 1);
    expect(await replay(['--check-acks', 'acks'])).toBe(1);
    expect(said).toContain('missing c: 2015-01-01T00:00:00.000Z 72');
    expect(stored()).toBe(47);
  });
});

describe('what the caller can put right', () => {
  it.each([
    ['a wrong password', [], { password: 'wrong' }, 'The product refuses the password of user admin'],
    ['a missing model', ['--model', 'none.ttl'], {}, 'There is no model at'],
    ['missing telemetry', ['--telemetry', 'none'], {}, 'There is no telemetry at'],
  ] as const)('%s', async (_, args, over, text) => {
    await expect(replay(args, over)).rejects.toThrow(text);
  });

  it('telemetry of another building', async () => {
    await writeFile(join(folder, 'other.csv'), 'time,id,value\n2015-01-01T00:00:00Z,y#z,1\n');
    await expect(replay(['--telemetry', '.'])).rejects.toThrow('1 recorded ids are no points of the model, the first is y#z');
    expect(product.controllers).toEqual([]);
  });
});
