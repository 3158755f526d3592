import { waitFor } from '@cupola/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileCredentials, type Controller } from '../src/index.js';
import { makeController, SECRET } from './make-controller.js';
import { DEVICE_ID, ScriptedGateway } from './scripted-gateway.js';

const NEXT = 'n'.repeat(43);
let gateway: ScriptedGateway;
let controller: Controller;
let folder: string;
const path = () => join(folder, 'credential.json');
const stored = () => fileCredentials(path()).load();
/** Secrets in the order in which tickets were asked for with them. */
const used = () =>
  gateway.tickets.map(({ authorization }) => Buffer.from(authorization?.slice('Basic '.length) ?? '', 'base64').toString().slice(DEVICE_ID.length + 1));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cupola-rotation-'));
  gateway = await new ScriptedGateway().listen();
  await fileCredentials(path()).save({ deviceId: DEVICE_ID, secret: SECRET });
  controller = makeController(gateway, { credentials: fileCredentials(path()), random: () => 0 });
});
afterEach(async () => {
  await controller.stop();
  await gateway.kill();
  await rm(folder, { recursive: true });
});
const online = async (count: number) => {
  const session = await gateway.session(count);
  await waitFor(() => controller.state.link === 'online');
  return session;
};

describe('credential.rotate', () => {
  it('keeps the new secret beside the old one, uses it at the next ticket, and forgets the old one after that', async () => {
    await controller.start();
    const session = await online(1);
    expect(await session.call('credential.rotate', { secret: NEXT })).toEqual([4, expect.any(String), {}]);
    expect(await stored()).toEqual({ deviceId: DEVICE_ID, secret: SECRET, next: NEXT });
    session.socket.close(1001);
    await online(2);
    expect(used()).toEqual([SECRET, NEXT]);
    expect(await stored()).toEqual({ deviceId: DEVICE_ID, secret: NEXT });
  });

  it('falls back to the old secret when the server never took the new one', async () => {
    gateway.secrets = [SECRET];
    await controller.start();
    const session = await online(1);
    await session.call('credential.rotate', { secret: NEXT });
    session.socket.close(1001);
    await online(2);
    expect(used()).toEqual([SECRET, NEXT, SECRET]);
    expect(await stored()).toEqual({ deviceId: DEVICE_ID, secret: SECRET });
  });

  it('survives a restart in between: the new secret first', async () => {
    await fileCredentials(path()).save({ deviceId: DEVICE_ID, secret: SECRET, next: NEXT });
    gateway.secrets = [NEXT];
    await controller.start();
    await online(1);
    expect(used()).toEqual([NEXT]);
    expect(await stored()).toEqual({ deviceId: DEVICE_ID, secret: NEXT });
  });

  it('keeps both while neither is taken, or nobody answers', async () => {
    await fileCredentials(path()).save({ deviceId: DEVICE_ID, secret: SECRET, next: NEXT });
    gateway.secrets = [];
    await controller.start();
    await waitFor(() => controller.state.link === 'waiting');
    expect(controller.state.code).toBe(401);
    expect(used()).toEqual([NEXT, SECRET]);
    expect(await stored()).toEqual({ deviceId: DEVICE_ID, secret: SECRET, next: NEXT });
    await controller.stop();
    gateway.ticketAnswer = { status: 503 };
    gateway.secrets = null;
    await controller.start();
    await waitFor(() => controller.state.code === 503);
    expect(used()).toEqual([NEXT, SECRET, NEXT]);
    expect(await stored()).toMatchObject({ next: NEXT });
  });

  it('may come again, with another secret or with the one in use', async () => {
    await controller.start();
    const session = await online(1);
    await session.call('credential.rotate', { secret: NEXT });
    await session.call('credential.rotate', { secret: 'm'.repeat(43) });
    expect(await stored()).toMatchObject({ secret: SECRET, next: 'm'.repeat(43) });
    await session.call('credential.rotate', { secret: SECRET });
    expect(await stored()).toEqual({ deviceId: DEVICE_ID, secret: SECRET });
  });

  it('is refused when it came late or holds no secret', async () => {
    await controller.start();
    const session = await online(1);
    expect(await session.call('credential.rotate', { secret: NEXT }, { ttlMs: 1000, sentAt: Date.now() - 60_000 })).toMatchObject({ 0: 5, 2: 'DELIVERY_EXPIRED' });
    expect(await session.call('credential.rotate', { secret: 'short' })).toMatchObject({ 0: 5, 2: 'VALIDATION_FAILED' });
    expect(await stored()).toEqual({ deviceId: DEVICE_ID, secret: SECRET });
  });

  it('is not answered with yes when the store does not keep it', async () => {
    const credentials = fileCredentials(path());
    controller = makeController(gateway, { credentials: { load: () => credentials.load(), save: () => Promise.reject(new Error('disk full')) } });
    await controller.start();
    const session = await online(1);
    expect(await session.call('credential.rotate', { secret: NEXT })).toMatchObject({ 0: 5, 2: 'INTERNAL' });
    session.socket.close(1001);
    await online(2);
    expect(used()).toEqual([SECRET, SECRET]);
  });
});
