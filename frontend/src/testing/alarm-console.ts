import type { Alarm, AlarmJournalLine } from '@cupola/contracts';
import { TestBed } from '@angular/core/testing';
import { vi } from 'vitest';
import { Session } from '../app/core/session';
import { AlarmStore } from '../app/live/alarm-store';
import { ME, SESSION_ANSWERS, sockets } from './console';
import type { FakeSocket } from './fake-socket';

export const ALARM_ANSWERS = { ...SESSION_ANSWERS, 'GET auth/me': { ...ME, permissions: [...ME.permissions, 'alarms.read', 'alarms.acknowledge', 'alarms.define'] } };

/** The server's end of the topic `alarms`: numbers every message as the journal does. */
export class AlarmFeed {
  private seq = 100;

  constructor(readonly socket: FakeSocket) {}

  private get id(): string | undefined {
    return this.socket.subscriptions().findLast(({ topic }) => topic === 'alarms')?.id;
  }

  snapshot(alarms: readonly Alarm[]): void {
    this.socket.receive('snapshot', { id: this.id, seq: this.seq, data: { alarms, lines: [] } });
  }

  delta(alarms: readonly Alarm[], lines: readonly AlarmJournalLine[] = [], gone: readonly string[] = []): void {
    this.socket.receive('delta', { id: this.id, prev: this.seq, seq: ++this.seq, data: { alarms, lines, ...(gone.length > 0 ? { gone } : {}) } });
  }

  get number(): number {
    return this.seq;
  }
}

/** A live link whose alarms are in the hands of the test. */
export async function followAlarms(alarms: readonly Alarm[]): Promise<AlarmFeed> {
  const store = TestBed.inject(AlarmStore);
  await TestBed.inject(Session).start();
  TestBed.tick();
  const socket = await vi.waitFor(() => {
    const opened = sockets.at(-1);
    if (!opened) throw new Error('no connection was opened');
    return opened;
  });
  socket.receive('welcome', { epoch: 'epoch-1', serverTime: Date.now() });
  const feed = new AlarmFeed(socket);
  feed.snapshot(alarms);
  TestBed.tick();
  if (!store.isLive()) throw new Error('the alarms are not live');
  return feed;
}
