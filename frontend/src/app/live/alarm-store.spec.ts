import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answering } from '../../testing/answering';
import { ALARM_ANSWERS, AlarmFeed, followAlarms } from '../../testing/alarm-console';
import { aLine, anAlarm } from '../../testing/alarms';
import { ME, goLive, prepareConsole, sockets } from '../../testing/console';
import { AlarmStore } from './alarm-store';

let store: AlarmStore;

async function prepare(answers: Parameters<typeof answering>[0] = ALARM_ANSWERS): Promise<void> {
  await prepareConsole();
  answering(answers);
  store = TestBed.inject(AlarmStore);
}
const order = () => store.annunciated().map(({ definition }) => definition.name.replace('Zone temperature high ', ''));

beforeEach(() => prepare());
afterEach(() => vi.unstubAllGlobals());

describe('AlarmStore', () => {
  it('orders by what asks for attention, then priority, then newest, and leaves out what is hidden', async () => {
    await followAlarms([
      anAlarm(1, { priority: 1, state: 'ACKED', acked: true }),
      anAlarm(2, { priority: 3 }),
      anAlarm(3),
      anAlarm(4),
      anAlarm(5, { priority: 4, state: 'RTNUN', active: false }),
      anAlarm(6, { priority: 1, state: 'SHLVD' }),
    ]);
    expect(order()).toEqual(['4', '3', '2', '5', '1']);
    expect(store.counts().map(({ count }) => count)).toEqual([1, 2, 1, 1]);
    expect(store.asking().length).toBe(4);
  });

  it('takes each change whole, forgets what is normal or removed, and keeps the lines', async () => {
    const feed = await followAlarms([anAlarm(1), anAlarm(2)]);
    feed.delta([anAlarm(1, { state: 'NORM', active: false, acked: true })], [aLine(101, anAlarm(1), { fact: 'CLEARED' })]);
    feed.delta([anAlarm(3)], [aLine(102, anAlarm(3))]);
    feed.delta([], [], [anAlarm(2).id]);
    expect(order()).toEqual(['3']);
    expect([store.lines().map(({ number }) => number), store.versionOf(anAlarm(3).id), store.versionOf(anAlarm(9).id)]).toEqual([[101, 102], 102, 0]);
  });

  it('keeps what it knows while the link is away, and asks for exactly what it missed', async () => {
    const feed = await followAlarms([anAlarm(1)]);
    TestBed.tick();
    feed.socket.receive('disconnect', 'transport close');
    expect([store.isLive(), order()]).toEqual([false, ['1']]);
    TestBed.tick();
    await vi.waitFor(() => expect(sockets).toHaveLength(2), 3000);
    const again = sockets[1];
    again?.receive('welcome', { epoch: 'epoch-2', serverTime: Date.now() });
    expect(again?.subscriptions()).toMatchObject([{ topic: 'alarms', since: feed.number }]);
    again?.receive('delta', { id: again.subscriptions()[0]?.id, prev: feed.number, seq: feed.number + 9, data: { alarms: [anAlarm(2), anAlarm(3)], lines: [] } });
    TestBed.tick();
    expect([store.isLive(), order(), store.whileAway()]).toEqual([true, ['3', '2', '1'], 2]);
  });

  it('starts from a snapshot after a gap', async () => {
    const feed = await followAlarms([anAlarm(1)]);
    feed.socket.receive('delta', { id: feed.socket.subscriptions()[0]?.id, prev: 999, seq: 1000, data: { alarms: [anAlarm(2)], lines: [] } });
    expect([store.isLive(), feed.socket.subscriptions()[1]]).toEqual([false, { id: expect.any(String), topic: 'alarms' }]);
    new AlarmFeed(feed.socket).snapshot([anAlarm(5)]);
    expect([store.isLive(), order()]).toEqual([true, ['5']]);
  });

  it('finds the alarms of floors and points', async () => {
    await followAlarms([anAlarm(1), anAlarm(2, { floor: null, point: null })]);
    expect([store.ofFloor(anAlarm(1).floor?.id ?? '').length, store.ofPoint(anAlarm(1).point?.id ?? '').length, store.ofPoint('x').length]).toEqual([1, 1, 0]);
  });

  it('asks for nothing on behalf of people who may not read alarms', async () => {
    TestBed.resetTestingModule();
    await prepare({ ...ALARM_ANSWERS, 'GET auth/me': ME });
    const socket = await goLive();
    expect(socket.subscriptions()).toEqual([]);
  });
});
