import type { ControllerDetail } from '@cupola/contracts';
import { FakeClock, waitFor } from '@cupola/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../devices/box.js';
import { startBackend, type TestBackend } from '../harness.js';
import { AlarmPlace } from './alarm-place.js';

const clock = new FakeClock(Date.now());
let backend: TestBackend;
let vav: AlarmPlace;
let definition: { id: string };

beforeAll(async () => {
  backend = await startBackend({ clock });
});
beforeEach(async () => {
  vav = await AlarmPlace.make(backend, clock);
  definition = await vav.ofControllers('IDENTITY');
});
afterAll(() => backend.close());

const path = (more = '') => `/api/v1/controllers/${vav.box.deviceId}${more}`;
const detail = async () => (await backend.admin.get<ControllerDetail>(path())).body;
const settle = () => backend.admin.post<ControllerDetail>(path('/identity/settle'), {});

/** Another box opens a session while the old one still answers. */
async function clone(): Promise<void> {
  const old = { ...vav.box.ref };
  await vav.box.open();
  await vav.box.hello('no-list', { bootId: randomUUID() });
  await vav.lease('1 hour');
  await backend.bus.request('sessions.ended', { ...old, code: 4500, reason: 'clone', text: 'superseded' });
}

/** Something asks for a ticket with a secret that was replaced. */
async function oldSecret(): Promise<void> {
  const secret = randomUUID();
  await backend.database.query('UPDATE controllers SET old_secret_hash = $2 WHERE id = $1', [vav.box.deviceId, sha256(secret)]);
  await expect(vav.box.ticket({ secret })).rejects.toMatchObject({ code: 'CREDENTIAL_REFUSED' });
}

const tenMinutesPass = () =>
  backend.database.query(`UPDATE controllers SET doubt_until = doubt_until - interval '10 minutes', commands_held_until = commands_held_until - interval '10 minutes' WHERE id = $1`, [
    vav.box.deviceId,
  ]);

describe('an identity that two boxes use', () => {
  it('is one alarm that nobody had to define; it names the cause, and ends when a technician settles it', async () => {
    await clone();
    const alarm = await vav.reaches(definition, 'UNACK');
    expect(alarm).toMatchObject({ definition: { name: 'Identity of a controller used twice', condition: 'IDENTITY' }, priority: 2, controller: { id: vav.box.deviceId }, point: null });
    expect(alarm.journal.at(-1)?.text).toMatch(/another box took over.*10\.0\.0\.7 was still there\. Find the second box/);
    expect((await detail()).identityDoubt).toMatchObject({ why: 'clone', until: expect.any(String) as string });
    await clone();
    expect((await settle()).body).toMatchObject({ identityDoubt: null, commandsHeldUntil: null });
    await vav.reaches(definition, 'RTNUN');
    expect(await vav.facts(alarm.id)).toEqual(['ACTIVATED', 'CLEARED']);
    expect(await vav.state(await vav.ofControllers('COMM_LOSS')), 'it was connected all the time').toBe('NORM');
  });

  it('ends when one was alone for ten minutes', async () => {
    await clone();
    await vav.reaches(definition, 'UNACK');
    await tenMinutesPass();
    await vav.reaches(definition, 'RTNUN');
    expect((await detail()).identityDoubt).toBeNull();
    expect((await settle()).status).toBe(409);
  });

  it('has to be seen again when they take turns, as the same alarm', async () => {
    await clone();
    const { id, occurrence } = await vav.reaches(definition, 'UNACK');
    await backend.admin.post(`/api/v1/alarms/${id}/acknowledge`, { occurrence });
    expect(await vav.state(definition)).toBe('ACKED');
    for (let turn = 0; turn < 3; turn += 1) await clone();
    const { journal } = await vav.reaches(definition, 'UNACK');
    expect(journal.map(({ fact }) => fact).sort()).toEqual(['ACKNOWLEDGED', 'ACTIVATED', 'ESCALATED']);
    expect(journal.find(({ fact }) => fact === 'ESCALATED')?.text).toMatch(/more than 3 times within an hour/);
    await oldSecret();
    expect((await detail()).identityDoubt, 'the graver one stands').toMatchObject({ why: 'duplicate_identity' });
  });
});

describe('a secret that was replaced', () => {
  it('is an alarm when it is used, without holding commands: the copy was turned away', async () => {
    await oldSecret();
    const alarm = await vav.reaches(definition, 'UNACK');
    expect(alarm.journal.at(-1)?.text).toMatch(/secret that was replaced was presented.*10\.0\.0\.7, and refused/);
    const { identityDoubt, commandsHeldUntil, timeline, link } = await detail();
    expect([identityDoubt?.why, commandsHeldUntil, link]).toEqual(['old_secret', null, 'online']);
    expect(timeline[0]?.reason).toBe('old_secret');
    expect((await settle()).status).toBe(200);
    await vav.reaches(definition, 'RTNUN');
    await oldSecret();
    expect((await vav.reaches(definition, 'UNACK')).occurrence).toBe(2);
  });

  it('says less than a box that is connected: the alarm follows the graver sign while it is open', async () => {
    await oldSecret();
    await vav.reaches(definition, 'UNACK');
    await clone();
    const { id } = await vav.reaches(definition, 'UNACK');
    await waitFor(async () => (await vav.facts(id)).includes('ESCALATED'));
    await oldSecret();
    expect((await detail()).identityDoubt).toMatchObject({ why: 'clone' });
    await tenMinutesPass();
    await vav.reaches(definition, 'RTNUN');
    await oldSecret();
    await vav.reaches(definition, 'UNACK');
    expect((await detail()).identityDoubt).toMatchObject({ why: 'old_secret' });
  });
});
