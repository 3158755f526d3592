import { randomUUID } from 'node:crypto';
import type { IngestBatch, RequestOf } from '@cupola/contracts';
import { connect } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MessageBus } from '../src/index.js';
import { BusUnreachable, connectNatsBus } from '../src/index.js';
import { describeBus, PATIENTLY } from './conformance.js';
import type { NatsServer } from './nats-server.js';
import { startNatsServer } from './nats-server.js';

let server: NatsServer;
const start = async () => {
  server = await startNatsServer();
};

describeBus('NATS', {
  start,
  stop: () => server.stop(),
  connect: async (options) => [
    await connectNatsBus(server.url, { ...options, closeWithinMs: 100 }),
    await connectNatsBus(server.url, { ...options, closeWithinMs: 100 }),
  ],
});

describe('a NATS server that asks who comes', () => {
  it.each([
    ['a user and a password', ['--user', 'cupola', '--pass', 'p@ss/word'], 'cupola:p%40ss%2Fword'],
    ['a token', ['--auth', 's3cret'], 's3cret'],
  ])('lets in who has %s in the address, and nobody else', async (_what, options, credentials) => {
    const closed = await startNatsServer(options);
    try {
      await (await connectNatsBus(closed.url.replace('//', `//${credentials}@`))).close();
      await expect(connectNatsBus(closed.url)).rejects.toBeInstanceOf(BusUnreachable);
    } finally {
      await closed.stop();
    }
  });
});

describe('NATS bus alone', () => {
  const ref = { sessionId: randomUUID(), controllerId: randomUUID(), epoch: 1 };
  const faults: unknown[] = [];
  let here: MessageBus;
  let there: MessageBus;

  beforeAll(start);
  afterAll(() => server.stop());
  beforeEach(async () => {
    faults.length = 0;
    here = await connectNatsBus(server.url, { onFault: (fault) => faults.push(fault), name: 'here' });
    there = await connectNatsBus(server.url, { onFault: (fault) => faults.push(fault), name: 'there' });
  });
  afterEach(async () => {
    await here.close();
    await there.close();
  });

  it('says at once that no server is there', async () => {
    const refused = connectNatsBus('nats://user:hunter2@127.0.0.1:1');
    await expect(refused).rejects.toBeInstanceOf(BusUnreachable);
    await expect(refused).rejects.toThrow('nats://127.0.0.1:1.');
  });

  it('refuses a request of the wrong shape before the handler sees it, naming the place and not the value', async () => {
    const handler = vi.fn(() => Promise.resolve({}));
    await there.answer('tickets.burn', handler);
    const wrong = { ticket: 12345, remoteAddress: 'r' } as unknown as RequestOf<'tickets.burn'>;
    await expect(here.request('tickets.burn', wrong)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      message: expect.stringMatching(/^tickets\.burn: ticket: (?!.*12345)/) as string,
    });
    expect(handler).not.toHaveBeenCalled();
  });

  it.each([
    ['no frames', { frames: undefined }],
    ['rows of four', { frames: [{ streamId: 's', seq: 1, lane: 0, rows: [[1, 2, 3, 4]] }] }],
    ['a value of text', { frames: [{ streamId: 's', seq: 1, lane: 0, rows: [[1, 2, 3, 'x', 0]] }] }],
    ['a third lane', { frames: [{ streamId: 's', seq: 1, lane: 2, rows: [] }] }],
    ['no stream', { frames: [{ seq: 1, lane: 0, rows: [] }] }],
    ['a frame of text', { frames: ['x'] }],
    ['no session', { sessionId: undefined, frames: [] }],
  ])('refuses an ingest batch with %s', async (_, wrong) => {
    await there.answer('ingest.<shard>', () => Promise.resolve({ acked: {} }), { at: 1 });
    const batch = { ...ref, ...wrong } as unknown as IngestBatch;
    await expect(here.request('ingest.<shard>', batch, { to: 1 })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('drops and reports an event of the wrong shape', async () => {
    const received = vi.fn();
    await there.subscribe('access.changed', received);
    const raw = await connect({ servers: server.url });
    raw.publish('access.changed', 'not json');
    raw.publish('access.changed', '{"userId":1}');
    raw.publish('access.changed', JSON.stringify({ userId: randomUUID(), sessionId: null }));
    await vi.waitFor(() => expect(received).toHaveBeenCalledOnce(), PATIENTLY);
    expect(faults).toHaveLength(2);
    await raw.close();
  });

  it('refuses a request that exceeds what the server carries', async () => {
    await there.answer('tickets.burn', () => Promise.resolve({}));
    const large = { ticket: 'x'.repeat(1024 * 1024), remoteAddress: 'r' };
    await expect(here.request('tickets.burn', large)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('answers what it took before it closes', async () => {
    let release = (): void => undefined;
    const taken = new Promise<void>((started) => {
      void there.answer('tickets.burn', () => {
        started();
        return new Promise((resolve) => (release = () => resolve({})));
      });
    });
    await there.flush();
    const answered = here.request('tickets.burn', { ticket: 't', remoteAddress: 'r' });
    await taken;
    const closed = there.close();
    release();
    await expect(answered).resolves.toEqual({});
    await closed;
  });

  it('sends nothing late: while the server is away requests end at once, and it works again afterwards', async () => {
    const handler = vi.fn(() => Promise.resolve({}));
    await there.answer('tickets.burn', handler);
    await server.stop();
    const burn = () => here.request('tickets.burn', { ticket: 't', remoteAddress: 'r' }, { timeoutMs: 500 });
    await vi.waitFor(() => expect(burn()).rejects.toBeInstanceOf(BusUnreachable), PATIENTLY);
    const calls = handler.mock.calls.length;
    await server.restart();
    await vi.waitFor(() => expect(burn()).resolves.toEqual({}), PATIENTLY);
    expect(calls).toBe(0);
    await expect(burn()).resolves.toEqual({});
  });
});
