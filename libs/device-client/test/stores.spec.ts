import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enrol, fileCredentials, fileHostStore, memoryStream, sqliteStore, type StreamStore } from '../src/index.js';
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
  ['on disk', (maxFrames?: number): StreamStore => sqliteStore(join(folder, 'live'), maxFrames === undefined ? {} : { maxFrames }).live],
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
