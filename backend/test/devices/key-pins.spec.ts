import type { ControllerDetail } from '@cupola/contracts';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { Box, register } from './box.js';
import { makePlace, type TestPlace } from './place.js';

let backend: TestBackend;
let place: TestPlace;
beforeAll(async () => {
  backend = await startBackend();
  place = await makePlace(backend.database);
});
afterAll(() => backend.close());

const pin = () => randomBytes(32).toString('base64url');
const enrol = async (keyPin: string | null) => {
  const { claim } = await register(backend.admin, place);
  return Box.enrol(backend.bus, claim, undefined, keyPin);
};
const detail = async (id: string) => (await backend.admin.get<ControllerDetail>(`/api/v1/controllers/${id}`)).body;

describe('a controller that was enrolled with a key', () => {
  it('gets a ticket with the same key only, and the timeline says what was wrong', async () => {
    const keyPin = pin();
    const box = await enrol(keyPin);
    await expect(box.ticket({ keyPin })).resolves.toBeDefined();
    await expect(box.ticket()).rejects.toMatchObject({ code: 'CREDENTIAL_REFUSED' });
    await expect(box.ticket({ keyPin: pin() })).rejects.toMatchObject({ code: 'CREDENTIAL_REFUSED' });
    expect((await detail(box.deviceId)).timeline.map(({ text }) => text)).toContain('Its secret was right, but it showed no client certificate.');
  });

  it('opens a session with the same key only: a stolen ticket is worth nothing without it', async () => {
    const keyPin = pin();
    const box = await enrol(keyPin);
    const { ticket } = await box.ticket({ keyPin });
    await expect(box.consume(ticket)).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
    await expect(box.consume(ticket, { keyPin: pin() })).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
    await expect(box.consume(ticket, { keyPin })).resolves.toMatchObject({ controllerId: box.deviceId });
  });

  it('puts its point list with the same key only', async () => {
    const keyPin = pin();
    const box = await enrol(keyPin);
    const { ticket } = await box.ticket({ keyPin, audience: 'points' });
    const list = { ticket, uploadId: '0190b6c2-7e1d-4a3b-8c4d-000000000001', part: 0, parts: 1, remoteAddress: '10.0.0.7', points: [] };
    await expect(backend.bus.request('points.put', list)).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
    await expect(backend.bus.request('points.put', { ...list, keyPin })).resolves.toBeDefined();
  });

  it('takes the key of the box that claims it anew', async () => {
    const box = await enrol(pin());
    const claim = await backend.admin.post<Parameters<typeof Box.enrol>[1]>(`/api/v1/controllers/${box.deviceId}/claim`, {});
    const keyPin = pin();
    const renewed = await Box.enrol(backend.bus, claim.body, undefined, keyPin);
    await expect(renewed.ticket({ keyPin })).resolves.toBeDefined();
  });
});

it('a controller without a key gets in where none is required, whatever certificate it shows', async () => {
  const box = await enrol(null);
  await expect(box.ticket({ keyPin: pin() })).resolves.toBeDefined();
  await expect(box.ticket({ keyPin: pin(), isKeyRequired: true })).rejects.toMatchObject({ code: 'CREDENTIAL_REFUSED' });
  expect((await detail(box.deviceId)).timeline[0]?.text).toMatch(/enrolled without one/);
});
