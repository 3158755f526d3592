import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enrol, fileCredentials, fileHostStore, fileStream, memoryStream, type StreamStore } from '../src/index.js';
import { PointList, revisionOf } from '../src/point-list.js';
import { DEVICE_ID, ScriptedGateway } from './scripted-gateway.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cupola-controller-'));
});
afterEach(() => rm(folder, { recursive: true }));

const credential = { deviceId: DEVICE_ID, secret: 'x'.repeat(43) };
const frame = (n: number) => ({ lane: 1 as const, rows: [['temp', n, 0, n] as const] });

describe('credentials', () => {
  it('are kept in a file that only the owner reads', async () => {
    const store = fileCredentials(join(folder, 'deep/secret.json'));
    expect(await store.load()).toBeNull();
    await store.save(credential);
    expect(await store.load()).toEqual(credential);
    expect((await stat(join(folder, 'deep/secret.json'))).mode & 0o777).toBe(0o600);
  });

  it('in a damaged file are a clear error', async () => {
    await writeFile(join(folder, 'secret.json'), '{"deviceId":');
    await expect(fileCredentials(join(folder, 'secret.json')).load()).rejects.toThrow('claim the controller again');
  });

  it('come from a claim code', async () => {
    const gateway = await new ScriptedGateway().listen();
    const given = await enrol(gateway.url, { slot: 'K7M42QXW', claimCode: 'BCDFGHJK', serial: '1' });
    expect(given).toMatchObject({ deviceId: DEVICE_ID, secret: expect.stringMatching(/^[\w-]{43}$/) });
    await gateway.kill();
  });
});

describe.each([
  ['in memory', (maxFrames?: number): StreamStore => memoryStream(maxFrames === undefined ? {} : { maxFrames })],
  ['in a file', (maxFrames?: number): StreamStore => fileStream(join(folder, 'live'), maxFrames === undefined ? {} : { maxFrames })],
])('a stream %s', (_, open) => {
  it('numbers frames from 1 and gives the same frame for the same number', () => {
    const stream = open();
    expect([stream.append(frame(1)), stream.append(frame(2))]).toEqual([1, 2]);
    expect(stream.frame(2)).toEqual(frame(2));
    expect(stream.frame(3)).toBeNull();
    stream.forget(1);
    expect([stream.frame(1), stream.oldest, stream.next]).toEqual([null, 2, 3]);
    stream.forget(99);
    expect([stream.oldest, stream.next]).toEqual([3, 3]);
    expect(stream.append(frame(3))).toBe(3);
    stream.close();
  });

  it('drops its oldest frames when it is full', () => {
    const stream = open(2);
    for (let n = 1; n <= 5; n += 1) stream.append(frame(n));
    expect([stream.oldest, stream.next, stream.dropped]).toEqual([4, 6, 3]);
    stream.close();
  });
});

describe('a stream in a file', () => {
  const path = () => join(folder, 'live');

  it('is the same one after a restart', () => {
    const before = fileStream(path());
    for (let n = 1; n <= 3; n += 1) before.append(frame(n));
    before.close();
    const after = fileStream(path());
    expect([after.id, after.next, after.frame(3)]).toEqual([before.id, 4, frame(3)]);
    expect(after.append(frame(4))).toBe(4);
    after.close();
  });

  it('cuts off what a power cut tore', async () => {
    const before = fileStream(path());
    before.append(frame(1));
    before.close();
    const whole = await readFile(path());
    await appendFile(path(), '[1,[["temp",2');
    const after = fileStream(path());
    expect(after.next).toBe(2);
    expect(await readFile(path())).toEqual(whole);
    expect(after.append(frame(2))).toBe(2);
    after.close();
    expect(fileStream(path()).frame(2)).toEqual(frame(2));
  });

  it('is written anew when most of it was forgotten, and keeps its numbers', async () => {
    const stream = fileStream(path());
    const rows = Array.from({ length: 500 }, (_, index) => ['a key of some length', index, 0, 1_700_000_000_000 + index] as const);
    for (let n = 1; n <= 60; n += 1) stream.append({ lane: 0, rows });
    const full = (await stat(path())).size;
    stream.forget(58);
    expect((await stat(path())).size).toBeLessThan(full / 10);
    expect(stream.frame(60)).toEqual({ lane: 0, rows });
    stream.append(frame(61));
    stream.close();
    const after = fileStream(path());
    expect([after.id, after.oldest, after.next, after.frame(61)]).toEqual([stream.id, 59, 62, frame(61)]);
    after.close();
  });
});

describe('the host\'s state', () => {
  it('is what was saved', async () => {
    const store = fileHostStore(join(folder, 'host.json'));
    expect(await store.load()).toBeNull();
    const state = {
      arrays: { setpoint: { 8: { value: 21, commandId: 'c', since: 1, until: 2 }, 16: { value: 20, commandId: null, since: 0, until: null } } },
      readSeq: 7,
      answers: [{ key: 'k', digest: 'd', answer: { outcome: 'refused' as const, code: 'X', text: 'no' } }],
      ended: ['e'],
    };
    await store.save(state);
    expect(await store.load()).toEqual(state);
    await writeFile(join(folder, 'host.json'), '{}');
    await expect(store.load()).rejects.toThrow();
  });
});

describe('a point list', () => {
  it.each([
    ['a key twice', [{ key: 'a', kind: 'analog' as const }, { key: 'a', kind: 'binary' as const }], 'same key'],
    ['a writable point without a default', [{ key: 'a', kind: 'analog' as const, writable: true }], 'relinquishDefault'],
    ['no key', [{ key: '', kind: 'analog' as const }], 'key'],
  ])('is refused with %s', (_, points, text) => {
    expect(() => new PointList(points)).toThrow(text);
  });

  it('has a revision that changes with its content and not with the order of members', () => {
    const [a, b] = [new PointList([{ key: 'a', kind: 'analog', unit: 'degC' }]), new PointList([{ unit: 'degC', kind: 'analog', key: 'a' }])];
    expect(a.rev).toBe(b.rev);
    expect(revisionOf(new PointList([{ key: 'a', kind: 'analog', unit: 'degF' }]).points)).not.toBe(a.rev);
  });
});
