import { randomUUID } from 'node:crypto';
import type { Channel, IngestBatch, SessionRef } from '@cupola/contracts';
import { DomainError } from '@cupola/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BusOptions, MessageBus } from '../src/index.js';
import { BusTimeout, BusUnreachable } from '../src/index.js';

/** Only what fails waits so long. */
export const PATIENTLY = { timeout: 30_000, interval: 10 };

export interface BusUnderTest {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** A pair of ends: two programs, in one process the same object twice. */
  connect(options: BusOptions): Promise<[MessageBus, MessageBus]>;
}

const ref = (): SessionRef => ({ sessionId: randomUUID(), controllerId: randomUUID(), epoch: 1 });
const access = () => ({ userId: randomUUID(), sessionId: null });
const channelOf = (alias: number): Channel => ({ alias, key: `${'k'.repeat(120)}${alias}`, channelId: alias, kind: 'analog' });

/** What every bus owes its programs. Both adapters run exactly this. */
export function describeBus(name: string, under: BusUnderTest): void {
  describe(`${name} bus`, () => {
    const faults: unknown[] = [];
    let here: MessageBus;
    let there: MessageBus;

    beforeAll(() => under.start());
    afterAll(() => under.stop());
    beforeEach(async () => {
      faults.length = 0;
      [here, there] = await under.connect({ onFault: (fault) => faults.push(fault) });
    });
    afterEach(async () => {
      await here.close();
      await there.close();
    });

    describe('events', () => {
      it('reach every subscriber, in order of publication', async () => {
        const sent = Array.from({ length: 50 }, access);
        const first: unknown[] = [];
        const second: unknown[] = [];
        await there.subscribe('access.changed', (event) => void first.push(event));
        await there.subscribe('access.changed', (event) => void second.push(event));
        for (const event of sent) here.publish('access.changed', event);
        await here.flush();
        await vi.waitFor(() => expect([first, second]).toEqual([sent, sent]), PATIENTLY);
      });

      it('are delivered after the publisher went on', async () => {
        const order: string[] = [];
        await there.subscribe('access.changed', () => void order.push('received'));
        here.publish('access.changed', access());
        order.push('published');
        await vi.waitFor(() => expect(order).toEqual(['published', 'received']), PATIENTLY);
      });

      it('do not reach an ended subscription, and ending twice is harmless', async () => {
        const ended: unknown[] = [];
        const kept: unknown[] = [];
        const unsubscribe = await there.subscribe('access.changed', (event) => void ended.push(event));
        await there.subscribe('access.changed', (event) => void kept.push(event));
        await unsubscribe();
        await unsubscribe();
        here.publish('access.changed', access());
        await vi.waitFor(() => expect(kept).toHaveLength(1), PATIENTLY);
        expect(ended).toEqual([]);
      });

      it('survive a subscriber that fails, which is reported', async () => {
        const received: unknown[] = [];
        await there.subscribe('access.changed', () => Promise.reject(new Error('broken subscriber')));
        await there.subscribe('access.changed', (event) => void received.push(event));
        here.publish('access.changed', access());
        here.publish('access.changed', access());
        await vi.waitFor(() => expect(received).toHaveLength(2), PATIENTLY);
        await vi.waitFor(() => expect(faults).toHaveLength(2), PATIENTLY);
      });

      it('are copies: neither sender nor another receiver can change what a receiver holds', async () => {
        const received: { reason: string }[] = [];
        const event = { ...ref(), gatewayId: 'g', code: 4501, reason: 'as sent' };
        await there.subscribe('sessions.revoked', (each) => {
          received.push(structuredClone(each));
          each.reason = 'changed by a receiver';
        });
        await there.subscribe('sessions.revoked', (each) => void received.push(each));
        here.publish('sessions.revoked', event);
        event.reason = 'changed by the sender';
        await vi.waitFor(() => expect(received.map(({ reason }) => reason)).toEqual(['as sent', 'as sent']), PATIENTLY);
      });
    });

    describe('requests', () => {
      it('get the reply', async () => {
        await there.answer('sessions.channels', ({ epoch }) => Promise.resolve({ channels: [channelOf(epoch)] }));
        expect(await here.request('sessions.channels', { ...ref(), epoch: 7 })).toEqual({ channels: [channelOf(7)] });
      });

      it('are matched with their replies when many are under way', async () => {
        await there.answer('sessions.channels', async ({ epoch }) => {
          if (epoch % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
          return { channels: [channelOf(epoch)] };
        });
        const epochs = Array.from({ length: 200 }, (_, index) => index);
        const replies = await Promise.all(epochs.map((epoch) => here.request('sessions.channels', { ...ref(), epoch })));
        expect(replies.map(({ channels }) => channels[0]?.channelId)).toEqual(epochs);
      });

      it('go to the named place only', async () => {
        await there.answer('ingest.<shard>', () => Promise.resolve({ acked: { s: 3 } }), { at: 3 });
        await there.answer('ingest.<shard>', () => Promise.resolve({ acked: { s: 4 } }), { at: 4 });
        const batch: IngestBatch = { ...ref(), frames: [{ streamId: 's', seq: 1, lane: 0, rows: [[1, 2, 3, null, 0]] }] };
        expect(await here.request('ingest.<shard>', batch, { to: 4 })).toEqual({ acked: { s: 4 } });
        await expect(here.request('ingest.<shard>', batch, { to: 5 })).rejects.toBeInstanceOf(BusUnreachable);
      });

      it('are answered by exactly one of several programs', async () => {
        let answered = 0;
        const count = () => {
          answered += 1;
          return Promise.resolve({ channels: [] });
        };
        await there.answer('sessions.channels', count);
        await there.answer('sessions.channels', count);
        for (let index = 0; index < 10; index += 1) await here.request('sessions.channels', ref());
        expect(answered).toBe(10);
      });

      it('bring the refusal of the answering program, whole', async () => {
        await there.answer('tickets.burn', () => Promise.reject(new DomainError('TOO_MANY_ATTEMPTS', 'slow down', { retryAfter: 7 })));
        const refused = here.request('tickets.burn', { ticket: 't', remoteAddress: 'r' });
        await expect(refused).rejects.toBeInstanceOf(DomainError);
        await expect(refused).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS', message: 'slow down', extra: { retryAfter: 7 } });
        expect(faults).toEqual([]);
      });

      it('do not carry the text of an unforeseen error, which is reported where it happened', async () => {
        await there.answer('tickets.burn', () => Promise.reject(new Error('password=hunter2')));
        const failed = here.request('tickets.burn', { ticket: 't', remoteAddress: 'r' });
        await expect(failed).rejects.toMatchObject({ code: 'INTERNAL', message: expect.not.stringContaining('hunter2') as string });
        expect(faults).toEqual([new Error('password=hunter2')]);
      });

      it('end as BusUnreachable where nobody answers, or nobody does any more', async () => {
        await expect(here.request('sessions.channels', ref())).rejects.toBeInstanceOf(BusUnreachable);
        const stop = await there.answer('sessions.channels', () => Promise.resolve({ channels: [] }));
        await stop();
        await stop();
        await there.flush();
        await expect(here.request('sessions.channels', ref())).rejects.toBeInstanceOf(BusUnreachable);
      });

      it('end as BusTimeout when no answer comes in time, and a late one is ignored', async () => {
        let release = (): void => undefined;
        await there.answer('sessions.channels', () => new Promise((resolve) => (release = () => resolve({ channels: [] }))));
        await expect(here.request('sessions.channels', ref(), { timeoutMs: 30 })).rejects.toBeInstanceOf(BusTimeout);
        release();
        await here.flush();
        expect(faults).toEqual([]);
      });

      it('are copies in both directions', async () => {
        const kept = { channels: [channelOf(1)] };
        let seen: IngestBatch | undefined;
        await there.answer('sessions.channels', () => Promise.resolve(kept));
        await there.answer(
          'ingest.<shard>',
          (batch) => {
            seen = batch;
            return Promise.resolve({ acked: {} });
          },
          { at: 0 },
        );
        const reply = await here.request('sessions.channels', ref());
        reply.channels.length = 0;
        expect(kept.channels).toHaveLength(1);
        const batch: IngestBatch = { ...ref(), frames: [] };
        const sent = here.request('ingest.<shard>', batch, { to: 0 });
        batch.frames.push({ streamId: 'later', seq: 1, lane: 0, rows: [] });
        await sent;
        expect(seen?.frames).toEqual([]);
      });

      it('carry the reply of a controller with 10,000 channels', async () => {
        const channels = Array.from({ length: 10_000 }, (_, alias) => channelOf(alias));
        await there.answer('sessions.channels', () => Promise.resolve({ channels }));
        expect(JSON.stringify(channels).length).toBeGreaterThan(1024 * 1024);
        expect((await here.request('sessions.channels', ref())).channels).toEqual(channels);
      });

      it('leave members that are undefined behind', async () => {
        await there.answer('sessions.channels', () => Promise.resolve({ channels: [{ ...channelOf(1), codes: undefined }] }));
        const { channels } = await here.request('sessions.channels', ref());
        expect(Object.keys(channels[0] ?? {})).not.toContain('codes');
      });
    });

    it('ends what waits when it is closed, and takes nothing afterwards', async () => {
      await there.answer('sessions.channels', () => new Promise(() => undefined));
      const waiting = here.request('sessions.channels', ref());
      const ended = expect(waiting).rejects.toBeInstanceOf(BusTimeout);
      await here.close();
      await ended;
      await here.close();
      here.publish('access.changed', access());
      await expect(here.request('sessions.channels', ref())).rejects.toBeInstanceOf(BusUnreachable);
    });
  });
}
