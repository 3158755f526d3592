import type { Controller, ControllerDetail, TimelineEntry } from '@cupola/contracts';
import { FakeClock, waitFor } from '@cupola/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { explain, nextStepOf } from '../../src/modules/devices/session-doctor.js';
import { startBackend, type TestBackend } from '../harness.js';
import { type ServedPoint, servePoint } from './served-point.js';

let backend: TestBackend;
let clock: FakeClock;
let point: ServedPoint;

beforeAll(async () => {
  clock = new FakeClock();
  backend = await startBackend({ clock });
});
afterAll(() => backend.close());
beforeEach(async () => {
  point = await servePoint(backend, clock);
});
afterEach(() => point.stop());

const path = (more = '') => `/api/v1/controllers/${point.box.deviceId}${more}`;
const detail = async () => (await backend.admin.get<ControllerDetail>(path())).body;
const timeline = async () => (await backend.admin.get<{ items: TimelineEntry[] }>(path('/timeline'))).body.items;
const listed = async (state: string) => (await backend.admin.get<{ items: Controller[] }>(`/api/v1/controllers?state=${state}&limit=200`)).body.items.map(({ id }) => id);
const comesBack = () => point.box.connect('0'.repeat(64));

/** The gateway closes with 4408, because three calls in a row were not answered. */
async function goesDeaf(): Promise<void> {
  await backend.bus.request('sessions.ended', { ...point.box.ref, code: 4408, reason: 'deaf', text: '3 calls in a row went unanswered' });
}

describe('a controller that left its calls unanswered', () => {
  it('is degraded when it comes back, with the next step, until it has answered one', async () => {
    expect(await detail()).toMatchObject({ state: 'online', reason: 'connected' });
    await goesDeaf();
    expect(await detail()).toMatchObject({ state: 'offline', link: 'offline', reason: 'deaf' });
    await comesBack();
    expect(await detail()).toMatchObject({ state: 'degraded', link: 'online', reason: 'degraded', detail: explain('degraded') });
    expect(await listed('degraded')).toContain(point.box.deviceId);
    expect(await listed('online')).not.toContain(point.box.deviceId);
    expect((await timeline())[0]).toMatchObject({ kind: 'degraded', next: nextStepOf('degraded') });
    const { body } = await point.override(22);
    await point.reaches(body.id, 'EFFECTIVE');
    expect(await detail()).toMatchObject({ state: 'online', reason: 'connected' });
    expect(await listed('online')).toContain(point.box.deviceId);
    expect((await timeline())[0]).toMatchObject({ kind: 'connected', facts: { why: 'answers_again' } });
  });

  it('stays so through other sessions and calls that nobody answers', async () => {
    point.host.before = () => ({ outcome: 'unknown' });
    await goesDeaf();
    await comesBack();
    const { body } = await point.override(22);
    await point.reaches(body.id, 'UNKNOWN');
    await point.box.end();
    await comesBack();
    expect(await detail()).toMatchObject({ state: 'degraded' });
    point.host.before = () => undefined;
    // What became of the command is asked for by itself: that is answered.
    clock.advance(2_000);
    await waitFor(async () => (await detail()).state === 'online');
  });

  it('is well after a refusal of its own, and not after one that the gateway gave for it', async () => {
    await goesDeaf();
    await comesBack();
    point.host.before = () => ({ outcome: 'refused', code: 'OVERLOADED', text: 'too many commands wait for this controller' });
    const first = await point.override(22);
    await point.reaches(first.body.id, 'FAILED');
    expect(await detail()).toMatchObject({ state: 'degraded' });
    point.host.before = () => ({ outcome: 'refused', code: 'BUSY_VALVE', text: 'not now' });
    const second = await point.override(22);
    await point.reaches(second.body.id, 'FAILED');
    expect(await detail()).toMatchObject({ state: 'online' });
  });

  it('is not what a session says that was replaced already', async () => {
    const old = { ...point.box.ref };
    await comesBack();
    await backend.bus.request('sessions.ended', { ...old, code: 4408, reason: 'deaf', text: '' });
    await point.box.end();
    await comesBack();
    expect(await detail()).toMatchObject({ state: 'online' });
  });
});
