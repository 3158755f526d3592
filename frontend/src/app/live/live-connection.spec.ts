import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answering } from '../../testing/answering';
import { goLive, prepareConsole, SESSION_ANSWERS, sockets } from '../../testing/console';
import { Api } from '../core/api';
import { Session } from '../core/session';
import { LiveConnection } from './live-connection';

const sink = () => ({ snapshot: vi.fn(), delta: vi.fn() });

beforeEach(async () => {
  await prepareConsole();
  answering({ ...SESSION_ANSWERS, 'POST points/p/overrides': { id: 'c' } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('LiveConnection', () => {
  it('measures its delay by the echo', async () => {
    const socket = await goLive();
    const connection = TestBed.inject(LiveConnection);
    socket.sent.find(({ event }) => event === 'echo')?.reply(Date.now());
    expect(connection.link()).toMatchObject({ kind: 'live', delayMs: expect.any(Number) });
  });

  it('is catching up until every topic on screen has its snapshot', async () => {
    const connection = TestBed.inject(LiveConnection);
    const topic = connection.watch('floor:f', sink());
    await TestBed.inject(Session).start();
    TestBed.tick();
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    sockets[0]?.receive('welcome', { epoch: 'e', serverTime: Date.now() });
    expect([connection.link().kind, connection.isLive()]).toEqual(['catchingUp', false]);
    sockets[0]?.receive('snapshot', { id: sockets[0].subscriptions()[0]?.id, seq: 4, data: {} });
    expect([connection.link().kind, topic.current()]).toEqual(['live', true]);
  });

  it('loses everything at once, keeps the moment, and comes back with a fresh ticket and new snapshots', async () => {
    const socket = await goLive();
    const connection = TestBed.inject(LiveConnection);
    const shown = sink();
    const topic = connection.watch('floor:f', shown);
    socket.receive('snapshot', { id: socket.subscriptions()[0]?.id, seq: 1, data: 'first' });
    socket.receive('disconnect', 'transport close');
    expect([connection.link().kind, connection.isLive(), connection.epoch(), topic.current()]).toEqual(['lost', false, null, false]);
    await vi.waitFor(() => expect(sockets).toHaveLength(2), 3000);
    const again = sockets[1];
    expect(again?.ticket).not.toBe(socket.ticket);
    again?.receive('welcome', { epoch: 'epoch-2', serverTime: Date.now() });
    expect(connection.isLive()).toBe(false);
    again?.receive('snapshot', { id: again.subscriptions()[0]?.id, seq: 9, data: 'second' });
    expect([connection.link().kind, connection.epoch()]).toEqual(['live', 'epoch-2']);
    expect(shown.snapshot.mock.calls).toEqual([['first'], ['second']]);
  });

  it('counts as lost when nothing echoes, long before the transport notices', async () => {
    const socket = await goLive();
    const connection = TestBed.inject(LiveConnection);
    vi.useFakeTimers();
    socket.sent.find(({ event }) => event === 'echo')?.reply(Date.now());
    vi.advanceTimersByTime(5000);
    expect(connection.link().kind).toBe('live');
    vi.advanceTimersByTime(6000);
    expect(connection.link().kind).toBe('lost');
  });

  it('sends nothing while the link is away, neither now nor later', async () => {
    const socket = await goLive();
    const connection = TestBed.inject(LiveConnection);
    socket.receive('disconnect', 'transport close');
    await expect(TestBed.inject(Api).override('p', { value: 21, durationMs: 1, reason: 'r' })).rejects.toMatchObject({ code: 'NOT_LIVE' });
    const emitted = socket.sent.length;
    connection.watch('point:p', sink());
    expect(socket.sent).toHaveLength(emitted);
  });

  it('names its epoch and a key of its own on every write', async () => {
    const calls = answering({ ...SESSION_ANSWERS, 'POST points/p/overrides': { id: 'c' } });
    await goLive();
    const api = TestBed.inject(Api);
    await api.override('p', { value: 21, durationMs: 1, reason: 'r' });
    await api.override('p', { value: 21, durationMs: 1, reason: 'r' });
    const writes = calls.filter(({ path }) => path === 'points/p/overrides').map(({ headers }) => headers);
    expect(writes.map((headers) => headers.get('cupola-live-epoch'))).toEqual(['epoch-1', 'epoch-1']);
    expect(new Set(writes.map((headers) => headers.get('idempotency-key'))).size).toBe(2);
  });

  it('ends with the session', async () => {
    const socket = await goLive();
    await TestBed.inject(Session).logOut().catch(() => undefined);
    TestBed.tick();
    expect([socket.connected, TestBed.inject(LiveConnection).link().kind]).toEqual([false, 'off']);
  });
});
