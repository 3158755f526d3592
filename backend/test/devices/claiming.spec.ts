import type { Claim, ControllerDetail } from '@cupola/contracts';
import { parseClaimQr } from '@cupola/domain';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { Box, register } from './box.js';
import { addEquipment, makePlace, type TestPlace } from './place.js';

let backend: TestBackend;
let place: TestPlace;

beforeAll(async () => {
  backend = await startBackend();
  place = await makePlace(backend.database);
});
afterAll(() => backend.close());

const enrol = (slot: string, claimCode: string, serial = 'SN-1') =>
  backend.bus.request('devices.enrol', { slot, claimCode, serial, model: 'Box', firmware: '1', remoteAddress: '10.0.0.9' });
const detail = async (id: string): Promise<ControllerDetail> => (await backend.admin.get<ControllerDetail>(`/api/v1/controllers/${id}`)).body;

describe('a claim', () => {
  it('carries an eight-letter code, and a QR text with 128 bits, the gateway and the slot', async () => {
    const { controller, claim } = await register(backend.admin, place);
    expect(claim.claimCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    const qr = parseClaimQr(claim.qr);
    expect(qr).toMatchObject({ slot: claim.slot, gatewayUrl: expect.stringMatching(/^https?:/) as string });
    expect(Buffer.from(qr?.code ?? '', 'base64url')).toHaveLength(16);
    const lasts = Date.parse(claim.expiresAt) - Date.now();
    expect(lasts).toBeGreaterThan(14 * 60_000);
    expect(lasts).toBeLessThanOrEqual(15 * 60_000);
    expect(controller).toMatchObject({ status: 'registered', link: 'never', reason: 'never_claimed', claim: { triesLeft: 5 } });
  });

  it('is stored as an HMAC under a pepper that only its owner may read', async () => {
    const { claim } = await register(backend.admin, place);
    const file = join(backend.dataDir, 'keys', 'claim-pepper');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(Buffer.from((await readFile(file, 'utf8')).trim(), 'base64url')).toHaveLength(32);
    const [row] = await backend.database.query<{ code_hmac: Buffer }>('SELECT code_hmac FROM claim_codes WHERE controller_id = $1', [claim.controllerId]);
    expect(row?.code_hmac).toHaveLength(32);
    expect(row?.code_hmac.toString()).not.toContain(claim.claimCode);
  });

  it('turns into a device secret once; the controller then waits for a technician', async () => {
    const { controller, claim } = await register(backend.admin, place);
    const { deviceId, secret } = await enrol(claim.slot.toLowerCase(), `${claim.claimCode.slice(0, 4)}-${claim.claimCode.slice(4).toLowerCase()}`, 'SN-once');
    expect(deviceId).toBe(controller.id);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    const after = await detail(controller.id);
    expect(after).toMatchObject({ status: 'pending', reason: 'awaiting_confirmation', serial: 'SN-once', claim: null });
    expect(after.detail).toMatch(/serial SN-once.*confirm/);
    await expect(enrol(claim.slot, claim.claimCode, 'SN-once')).rejects.toMatchObject({ code: 'CLAIM_REFUSED' });
  });

  it('is taken by its QR code as well', async () => {
    const { controller, claim } = await register(backend.admin, place);
    const { deviceId } = await enrol(claim.slot, parseClaimQr(claim.qr)?.code ?? '', 'SN-qr');
    expect(deviceId).toBe(controller.id);
  });

  it('is dead after five wrong guesses, also for the right code', async () => {
    const { controller, claim } = await register(backend.admin, place);
    const wrong = claim.claimCode === 'BBBBBBBB' ? 'CCCCCCCC' : 'BBBBBBBB';
    for (let guess = 1; guess <= 5; guess += 1) {
      await expect(enrol(claim.slot, wrong)).rejects.toMatchObject({ code: 'CLAIM_REFUSED' });
    }
    expect((await detail(controller.id)).claim?.triesLeft).toBe(0);
    await expect(enrol(claim.slot, claim.claimCode)).rejects.toMatchObject({ code: 'CLAIM_EXHAUSTED' });
    const { timeline } = await detail(controller.id);
    expect(timeline.map(({ text }) => text)).toContain('A wrong claim code was entered. 4 tries are left.');
    const again = await backend.admin.post<Claim>(`/api/v1/controllers/${controller.id}/claim`, {});
    await expect(enrol(claim.slot, again.body.claimCode, 'SN-again')).resolves.toMatchObject({ deviceId: controller.id });
  });

  it('lets parallel guesses spend no more tries than there are', async () => {
    const { controller, claim } = await register(backend.admin, place);
    const guesses = await Promise.allSettled(Array.from({ length: 12 }, () => enrol(claim.slot, 'BCDFGHJK')));
    const codes = guesses.map((guess) => (guess.status === 'rejected' ? (guess.reason as { code: string }).code : 'accepted'));
    expect(codes.filter((code) => code === 'CLAIM_REFUSED')).toHaveLength(5);
    expect(codes.filter((code) => code === 'CLAIM_EXHAUSTED')).toHaveLength(7);
    expect((await detail(controller.id)).claim?.triesLeft).toBe(0);
  });

  it('expires by the clock of the database', async () => {
    const { controller, claim } = await register(backend.admin, place);
    await backend.database.query(`UPDATE claim_codes SET expires_at = now() - interval '1 second' WHERE controller_id = $1`, [controller.id]);
    await expect(enrol(claim.slot, claim.claimCode)).rejects.toMatchObject({ code: 'CLAIM_REFUSED' });
    const after = await detail(controller.id);
    expect(after.claim).toBeNull();
    expect(after.timeline[0]?.text).toMatch(/had expired/);
  });

  it('fits no other slot', async () => {
    const [one, other] = [await register(backend.admin, place), await register(backend.admin, place)];
    await expect(enrol(other.claim.slot, one.claim.claimCode)).rejects.toMatchObject({ code: 'CLAIM_REFUSED' });
    await expect(enrol('ZZZZZZZZ', one.claim.claimCode)).rejects.toMatchObject({ code: 'CLAIM_REFUSED' });
  });

  it('refuses a box with another serial than the registered one, and says which', async () => {
    const { controller, claim } = await register(backend.admin, place, { serial: 'SN-expected' });
    await expect(enrol(claim.slot, claim.claimCode, 'SN-other')).rejects.toMatchObject({ code: 'CLAIM_REFUSED' });
    expect((await detail(controller.id)).timeline[0]?.text).toMatch(/box says serial SN-other; SN-expected was registered/);
    await expect(enrol(claim.slot, claim.claimCode, 'SN-expected')).resolves.toMatchObject({ deviceId: controller.id });
  });

  it('refuses a serial that belongs to another controller of the site', async () => {
    const first = await register(backend.admin, place);
    await enrol(first.claim.slot, first.claim.claimCode, 'SN-twin');
    const second = await register(backend.admin, place);
    await expect(enrol(second.claim.slot, second.claim.claimCode, 'SN-twin')).rejects.toMatchObject({ code: 'CLAIM_REFUSED' });
  });
});

describe('confirming', () => {
  it('needs an enrolled controller and, where given, its serial', async () => {
    const { controller, claim } = await register(backend.admin, place);
    const confirm = (body: object) => backend.admin.post(`/api/v1/controllers/${controller.id}/confirm`, body);
    expect(await confirm({})).toMatchObject({ status: 409, body: { code: 'CONTROLLER_WRONG_STATUS' } });
    await enrol(claim.slot, claim.claimCode, 'SN-confirm');
    expect(await confirm({ serial: 'SN-wrong' })).toMatchObject({ status: 422, body: { errors: [{ path: 'serial' }] } });
    expect(await confirm({ serial: 'SN-confirm' })).toMatchObject({ status: 200, body: { status: 'active', reason: 'never_connected' } });
    expect(await confirm({})).toMatchObject({ status: 409 });
  });

  it('is for technicians, not for integrators and operators', async () => {
    const { controller, claim } = await register(backend.admin, place);
    await enrol(claim.slot, claim.claimCode, 'SN-roles');
    for (const role of ['operator', 'integrator', 'viewer'] as const) {
      const api = await backend.user(role);
      expect((await api.post(`/api/v1/controllers/${controller.id}/confirm`, {})).status).toBe(403);
    }
    const technician = await backend.user('technician');
    expect((await technician.post(`/api/v1/controllers/${controller.id}/confirm`, {})).status).toBe(200);
  });
});

describe('claiming anew', () => {
  it('keeps id and points, stops the old secret and asks for a confirmation again', async () => {
    const { controller, claim } = await register(backend.admin, place);
    const old = await Box.enrol(backend.bus, claim);
    await backend.admin.post(`/api/v1/controllers/${controller.id}/confirm`, {});
    await old.connect([{ alias: 1, key: 'kept', kind: 'analog', writable: false }]);
    const revoked: unknown[] = [];
    const stop = await backend.bus.subscribe('sessions.revoked', (event) => void revoked.push(event));

    const again = (await backend.admin.post<Claim>(`/api/v1/controllers/${controller.id}/claim`, {})).body;
    expect(await detail(controller.id)).toMatchObject({ status: 'active', link: 'online' });
    const fresh = await Box.enrol(backend.bus, again, 'SN-replacement');
    expect(fresh.deviceId).toBe(controller.id);
    expect(await detail(controller.id)).toMatchObject({ status: 'pending', link: 'offline', serial: 'SN-replacement', points: { reported: 1 } });
    expect(revoked).toMatchObject([{ controllerId: controller.id, code: 4501 }]);
    await expect(old.ticket()).rejects.toMatchObject({ code: 'CREDENTIAL_REFUSED' });
    expect(await old.renew()).toMatchObject({ revoked: [{ code: 4501 }] });
    await expect(fresh.connect()).resolves.toMatchObject({ status: 'pending' });
    await stop();
  });
});

describe('the audit trail', () => {
  it('has every step of a controller, with who did it', async () => {
    const equipment = await addEquipment(backend.database, place, 'VAV-audit');
    const { controller, claim } = await register(backend.admin, place, { equipment });
    await expect(enrol(claim.slot, 'BCDFGHJK')).rejects.toMatchObject({ code: 'CLAIM_REFUSED' });
    await enrol(claim.slot, claim.claimCode, 'SN-audit');
    await backend.admin.post(`/api/v1/controllers/${controller.id}/confirm`, {});
    await backend.admin.post(`/api/v1/controllers/${controller.id}/revoke`, { reason: 'taken out' });
    const rows = await backend.database.query(
      'SELECT operation, result, actor, reason FROM audit_records WHERE target_id = $1 ORDER BY number',
      [controller.id],
    );
    expect(rows).toMatchObject([
      { operation: 'controller.register', result: 'done', actor: 'admin' },
      { operation: 'controller.enrol', result: 'refused', actor: `controller ${controller.name}` },
      { operation: 'controller.enrol', result: 'done', actor: `controller ${controller.name}` },
      { operation: 'controller.confirm', result: 'done', actor: 'admin' },
      { operation: 'controller.revoke', result: 'done', actor: 'admin', reason: 'taken out' },
    ]);
  });
});
