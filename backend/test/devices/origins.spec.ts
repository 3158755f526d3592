import type { ControllerDetail } from '@cupola/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { Box, register } from './box.js';
import { makePlace, type TestPlace } from './place.js';

const ORIGIN = 'https://devices.example.org';
let backend: TestBackend;
let place: TestPlace;
let elsewhere: TestPlace;
beforeAll(async () => {
  backend = await startBackend();
  place = await makePlace(backend.database);
  elsewhere = await makePlace(backend.database);
});
afterAll(() => backend.close());

const allow = (origins: string[], at = place) => backend.admin.put(`/api/v1/sites/${at.siteId}/device-origins`, { origins });
const enrol = async (at: TestPlace) => Box.enrol(backend.bus, (await register(backend.admin, at)).claim);
const open = async (box: Box, origin: string | null) => {
  box.session = await box.consume((await box.ticket()).ticket, { origin });
  await box.hello([]);
};

describe('an origin', () => {
  it('opens sessions at the site whose list it is on, and nowhere else; the ticket stays good', async () => {
    expect(await allow([ORIGIN])).toMatchObject({ status: 200, body: { origins: [ORIGIN] } });
    await expect(open(await enrol(place), ORIGIN)).resolves.toBeUndefined();
    const stranger = await enrol(elsewhere);
    const { ticket } = await stranger.ticket();
    await expect(stranger.consume(ticket, { origin: ORIGIN })).rejects.toMatchObject({ code: 'ORIGIN_REFUSED' });
    await expect(stranger.consume('A'.repeat(43), { origin: ORIGIN })).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
    await expect(stranger.consume(ticket)).resolves.toMatchObject({ controllerId: stranger.deviceId });
    const { body } = await backend.admin.get<ControllerDetail>(`/api/v1/controllers/${stranger.deviceId}`);
    expect(body.timeline.map(({ text }) => text).join()).toContain(ORIGIN);
  });

  it('that is removed closes the sessions opened from it, and those alone', async () => {
    await allow([ORIGIN, 'https://other.example.org']);
    const [from, other, none] = [await enrol(place), await enrol(place), await enrol(place)];
    await open(from, ORIGIN);
    await open(other, 'https://other.example.org');
    await open(none, null);
    await allow(['https://other.example.org']);
    expect((await from.renew()).revoked).toMatchObject([{ code: 4401 }]);
    expect((await other.renew()).revoked).toEqual([]);
    const renewal = await none.renew();
    expect(renewal.revoked).toEqual([]);
    expect(renewal.origins).toEqual(['https://other.example.org']);
    const { body } = await backend.admin.get<ControllerDetail>(`/api/v1/controllers/${from.deviceId}`);
    expect(body).toMatchObject({ link: 'offline', reason: 'admission_refused', detail: expect.stringContaining(ORIGIN) as string });
    const records = await backend.database.query(`SELECT FROM audit_records WHERE target_id = $1 AND operation = 'site.origins'`, [place.siteId]);
    expect(records.length).toBeGreaterThanOrEqual(2);
  });

  it.each(['null', '*', 'devices.example.org', `${ORIGIN}/`, 'https://*.example.org'])('%s is none', async (origin) => {
    expect((await allow([origin])).status).toBe(422);
  });
});

it('is for administrators to allow, and for readers of controllers to see', async () => {
  const technician = await backend.user('technician', { scope: 'site', scopeId: place.siteId });
  const path = `/api/v1/sites/${place.siteId}/device-origins`;
  expect((await technician.put(path, { origins: [] })).status).toBe(403);
  expect((await technician.get(path)).status).toBe(200);
  expect((await technician.get(`/api/v1/sites/${elsewhere.siteId}/device-origins`)).status).toBe(404);
});
