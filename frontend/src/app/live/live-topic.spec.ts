import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveTopic } from './live-topic';
import type { LiveAnswer } from './live-topic';

let sent: { event: string; id: string; reply: (answer: LiveAnswer) => void }[];
let heard: string[];
let topic: LiveTopic;

const wire = { emit: (event: string, body: { id: string }, reply: (answer: LiveAnswer) => void) => void sent.push({ event, id: body.id, reply }) };
const lastId = () => sent.findLast(({ event }) => event === 'subscribe')?.id ?? '';

beforeEach(() => {
  sent = [];
  heard = [];
  topic = new LiveTopic('floor:f', { snapshot: (data) => void heard.push(`snapshot ${String(data)}`), delta: (data) => void heard.push(`delta ${String(data)}`) }, () => undefined);
  topic.attach(wire);
});

describe('LiveTopic', () => {
  it('takes a snapshot and the deltas that follow it', () => {
    topic.onSnapshot({ id: lastId(), seq: 5, data: 'a' });
    topic.onDelta({ id: lastId(), prev: 5, seq: 9, data: 'b' });
    topic.onDelta({ id: lastId(), prev: 9, seq: 10, data: 'c' });
    expect(heard).toEqual(['snapshot a', 'delta b', 'delta c']);
  });

  it('starts over at a gap, and takes nothing of the old subscription any more', () => {
    const old = lastId();
    topic.onSnapshot({ id: old, seq: 5, data: 'a' });
    topic.onDelta({ id: old, prev: 6, seq: 7, data: 'late' });
    expect([topic.current(), sent.map(({ event }) => event), lastId() === old]).toEqual([false, ['subscribe', 'unsubscribe', 'subscribe'], false]);
    topic.onDelta({ id: old, prev: 5, seq: 6, data: 'old' });
    topic.onSnapshot({ id: lastId(), seq: 8, data: 'new' });
    expect([heard, topic.current()]).toEqual([['snapshot a', 'snapshot new'], true]);
  });

  it('starts over when the server cannot replay', () => {
    topic.onSnapshot({ id: lastId(), seq: 5, data: 'a' });
    topic.onResync({ id: lastId(), reason: 'slow' });
    expect([topic.current(), sent.length]).toEqual([false, 3]);
  });

  it('says why it was refused', () => {
    sent[0]?.reply({ ok: false, error: { code: 'FORBIDDEN', detail: 'not yours' } });
    expect(topic.refused()).toMatchObject({ code: 'FORBIDDEN', detail: 'not yours' });
  });

  it('ignores deltas before its snapshot, and everything after its end', () => {
    topic.onDelta({ id: lastId(), prev: 1, seq: 2, data: 'early' });
    const id = lastId();
    topic.close();
    topic.onSnapshot({ id, seq: 1, data: 'x' });
    expect([heard, sent.at(-1)?.event]).toEqual([[], 'unsubscribe']);
  });
});

describe('a topic that replays', () => {
  const replaying = () => {
    const returning = new LiveTopic('alarms', { snapshot: (data) => void heard.push(`snapshot ${String(data)}`), delta: (data) => void heard.push(`delta ${String(data)}`) }, () => undefined, 'replay');
    returning.attach({ emit: (event, body, reply) => void sent.push({ event: `${event} ${body.since ?? ''}`.trim(), id: body.id, reply }) });
    return returning;
  };
  const last = () => sent.at(-1);
  afterEach(() => vi.useRealTimers());

  it('asks for what came after its last number, and is current with the first of it', () => {
    const returning = replaying();
    returning.onSnapshot({ id: last()?.id ?? '', seq: 5, data: 'a' });
    returning.detach();
    expect(returning.current()).toBe(false);
    returning.attach({ emit: (event, body, reply) => void sent.push({ event: `${event} ${body.since ?? ''}`.trim(), id: body.id, reply }) });
    expect([last()?.event, returning.current()]).toEqual(['subscribe 5', false]);
    returning.onDelta({ id: last()?.id ?? '', prev: 5, seq: 8, data: 'missed' });
    expect([heard, returning.current()]).toEqual([['snapshot a', 'delta missed'], true]);
  });

  it.each([
    ['a gap', (returning: LiveTopic, id: string) => returning.onDelta({ id, prev: 6, seq: 7, data: 'x' })],
    ['a server that cannot replay', (returning: LiveTopic, id: string) => returning.onResync({ id, reason: 'too old' })],
  ])('takes a snapshot after %s', (_name, happens) => {
    const returning = replaying();
    returning.onSnapshot({ id: last()?.id ?? '', seq: 5, data: 'a' });
    happens(returning, last()?.id ?? '');
    expect([last()?.event, returning.current()]).toEqual(['subscribe', false]);
  });

  it('does not call itself current when nothing is replayed: it asks for a snapshot', () => {
    vi.useFakeTimers();
    const returning = replaying();
    returning.onSnapshot({ id: last()?.id ?? '', seq: 5, data: 'a' });
    returning.detach();
    returning.attach({ emit: (event, body, reply) => void sent.push({ event: `${event} ${body.since ?? ''}`.trim(), id: body.id, reply }) });
    last()?.reply({ ok: true });
    vi.advanceTimersByTime(1500);
    expect([last()?.event, returning.current()]).toEqual(['subscribe', false]);
  });
});
