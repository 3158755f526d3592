import type { ControllerDetail, ReplyOf, RequestOf } from '@cupola/contracts';
import { credentialRotate } from '@cupola/contracts';
import { waitFor } from '@cupola/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { Box, GATEWAY, register, sha256 } from './box.js';
import { makePlace, type TestPlace } from './place.js';

type Call = RequestOf<'gateway.<gatewayId>.call'>;
type Outcome = ReplyOf<'gateway.<gatewayId>.call'>;

const patient = { timeoutMs: 30_000 };
let backend: TestBackend;
let place: TestPlace;
let box: Box;
let calls: Call[];
let answer: (call: Call) => Outcome;

beforeAll(async () => {
  backend = await startBackend({ env: { CUPOLA_ROTATE_SECRETS_AFTER_DAYS: '365' } });
  place = await makePlace(backend.database);
  await backend.bus.answer('gateway.<gatewayId>.call', (call) => Promise.resolve((calls.push(call), answer(call))), { at: GATEWAY });
});
afterAll(() => backend.close());
beforeEach(async () => {
  calls = [];
  answer = () => ({ outcome: 'result', payload: {} });
  box = await Box.enrol(backend.bus, (await register(backend.admin, place)).claim);
  await backend.admin.post(`/api/v1/controllers/${box.deviceId}/confirm`, {});
});

const detail = async (): Promise<ControllerDetail> => (await backend.admin.get<ControllerDetail>(`/api/v1/controllers/${box.deviceId}`)).body;
const rotate = () => backend.admin.post<ControllerDetail>(`/api/v1/controllers/${box.deviceId}/rotate`, {});
const handedOver = async (count = 1): Promise<string> => {
  const mine = await waitFor(() => {
    const own = calls.filter(({ controllerId }) => controllerId === box.deviceId);
    return own.length >= count ? own : null;
  }, patient);
  return credentialRotate.parse(mine.at(-1)?.payload).secret;
};
const refused = { code: 'CREDENTIAL_REFUSED' };

describe('a secret that is replaced', () => {
  it('is handed over in the session; the old one works until the new one was used, and is the sign of a copy after that', async () => {
    await box.connect();
    // The runner may have handed it over before the answer was read.
    expect((await rotate()).body.secret.rotation).not.toBeNull();
    const secret = await handedOver();
    expect(calls[0]).toMatchObject({ ...box.ref, action: 'credential.rotate', key: expect.stringMatching(/^rotate:/) as string });
    await waitFor(async () => (await detail()).secret.rotation?.handedAt, patient);
    // It is asked to come back, because only the use of the new secret ends the old one.
    expect((await box.renew()).revoked).toMatchObject([{ code: 4401 }]);
    expect(await detail()).toMatchObject({ link: 'offline', reason: 'drained' });
    await expect(box.ticket()).resolves.toBeDefined();
    await expect(box.ticket({ secret })).resolves.toBeDefined();
    expect((await detail()).secret.rotation).toBeNull();
    await expect(box.ticket()).rejects.toMatchObject(refused);
    await expect(box.ticket()).rejects.toMatchObject(refused);
    await expect(box.ticket({ secret })).resolves.toBeDefined();
    const { timeline } = await detail();
    expect(timeline.find(({ reason }) => reason === 'old_secret')?.text).toMatch(/secret that was replaced.*10\.0\.0\.7/);
    const records = await backend.database.query(`SELECT FROM audit_records WHERE target_id = $1 AND operation = 'credential.clone'`, [box.deviceId]);
    expect(records).toHaveLength(1);
  });

  it('is kept as a digest, and opens a session of the same controller', async () => {
    await box.connect();
    await rotate();
    const secret = await handedOver();
    const [row] = await backend.database.query<{ next_secret_hash: Buffer }>('SELECT next_secret_hash FROM controllers WHERE id = $1', [box.deviceId]);
    expect(row?.next_secret_hash).toEqual(sha256(secret));
    const renewed = new Box(backend.bus, box.deviceId, secret);
    await expect(renewed.connect()).resolves.toMatchObject({ status: 'active' });
    expect(await detail()).toMatchObject({ link: 'online' });
  });

  it('survives that the controller never got it: the same secret comes again in the next session', async () => {
    answer = () => ({ outcome: 'unknown' });
    await box.connect();
    await rotate();
    const first = await handedOver();
    await box.connect();
    expect(await handedOver(2)).toBe(first);
    expect(new Set(calls.map(({ key }) => key)).size).toBe(1);
    expect((await detail()).secret.rotation).toMatchObject({ handedAt: null });
    await expect(box.ticket()).resolves.toBeDefined();
  });

  it('survives a lost answer: the controller kept it and uses it', async () => {
    answer = () => ({ outcome: 'unknown' });
    await box.connect();
    await rotate();
    const secret = await handedOver();
    await expect(new Box(backend.bus, box.deviceId, secret).connect()).resolves.toMatchObject({ status: 'active' });
    expect((await detail()).secret.rotation).toBeNull();
    await expect(box.ticket()).rejects.toMatchObject(refused);
  });

  it('counts as used once, however many ask with it at the same time', async () => {
    await box.connect();
    await rotate();
    const secret = await handedOver();
    const asked = await Promise.allSettled(Array.from({ length: 10 }, () => box.ticket({ secret })));
    expect(asked.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'fulfilled'));
    expect((await detail()).timeline.filter(({ text }) => text.startsWith('It used its new secret'))).toHaveLength(1);
  });

  it('of firmware that cannot change it stays, and the timeline says so', async () => {
    answer = () => ({ outcome: 'refused', code: 'UNKNOWN_ACTION', text: 'what?' });
    await box.connect();
    await rotate();
    await handedOver();
    await waitFor(async () => (await detail()).secret.rotation === null, patient);
    expect((await detail()).timeline[0]).toMatchObject({ reason: 'rotated', text: expect.stringMatching(/firmware cannot/) as string });
    await expect(box.ticket()).resolves.toBeDefined();
  });

  it('is replaced when it has its age', async () => {
    await box.connect();
    await backend.database.query(`UPDATE controllers SET secret_since = now() - interval '366 days' WHERE id = $1`, [box.deviceId]);
    const secret = await handedOver();
    await expect(box.ticket({ secret })).resolves.toBeDefined();
  });
});

it('is started by technicians, for confirmed controllers, once at a time', async () => {
  const [technician, integrator] = [await backend.user('technician'), await backend.user('integrator')];
  const path = `/api/v1/controllers/${box.deviceId}/rotate`;
  expect((await integrator.post(path, {})).status).toBe(403);
  expect((await technician.post<ControllerDetail>(path, {})).body.secret.rotation).not.toBeNull();
  const before = (await detail()).secret;
  expect((await rotate()).body.secret).toEqual(before);
  const pending = await Box.enrol(backend.bus, (await register(backend.admin, place)).claim);
  expect(await technician.post(`/api/v1/controllers/${pending.deviceId}/rotate`, {})).toMatchObject({ status: 409, body: { code: 'CONTROLLER_WRONG_STATUS' } });
});
