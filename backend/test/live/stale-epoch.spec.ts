import { LIVE_EPOCH_HEADER, type Problem } from '@cupola/contracts';
import { FakeClock } from '@cupola/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedPoint, servePoint } from '../commands/served-point.js';
import { startBackend, type TestBackend } from '../harness.js';
import { eventually, LiveClient } from './live-client.js';

const clock = new FakeClock(Date.now());
let backend: TestBackend;
let served: ServedPoint;
beforeAll(async () => {
  backend = await startBackend({ clock });
  served = await servePoint(backend, clock);
});
afterAll(async () => {
  await served.stop();
  await backend.close();
});

const override = (epoch: string, api = backend.admin) =>
  api.send<Problem>('POST', `/api/v1/points/${served.pointId}/overrides`, { value: 20, durationMs: 60_000, reason: 'cold' }, { [LIVE_EPOCH_HEADER]: epoch });

describe('a setpoint that was clicked on a live screen', () => {
  it('is accepted while that screen is connected', async () => {
    const client = await LiveClient.connect(backend.admin);
    expect((await override(client.epoch)).status).toBeLessThan(300);
    client.close();
  });

  it('C3 F13 is refused once that screen has lost its connection, also when another one is there', async () => {
    const client = await LiveClient.connect(backend.admin);
    const { epoch } = client;
    client.close();
    const next = await LiveClient.connect(backend.admin);
    await eventually(async () => expect(await override(epoch)).toMatchObject({ status: 409, body: { code: 'STALE_EPOCH' } }));
    next.close();
  });

  it("is refused with somebody else's connection, and with one that never was", async () => {
    const operator = await backend.user('operator');
    const client = await LiveClient.connect(backend.admin);
    expect(await override(client.epoch, operator)).toMatchObject({ status: 409, body: { code: 'STALE_EPOCH' } });
    expect(await override('never')).toMatchObject({ status: 409, body: { code: 'STALE_EPOCH' } });
    client.close();
  });
});
