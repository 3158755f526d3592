import type { ControllerDetail, EventOf } from '@cupola/contracts';
import { SUBPROTOCOL } from '@cupola/contracts';
import { waitFor } from '@cupola/testing';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { startBackend, type TestBackend } from '../harness.js';
import { Box, GATEWAY, register, sha256 } from './box.js';
import { makePlace, type TestPlace } from './place.js';

let backend: TestBackend;
let place: TestPlace;
let box: Box;

beforeAll(async () => {
  backend = await startBackend();
  place = await makePlace(backend.database);
});
afterAll(() => backend.close());
beforeEach(async () => {
  const { claim } = await register(backend.admin, place);
  box = await Box.enrol(backend.bus, claim);
  await backend.admin.post(`/api/v1/controllers/${box.deviceId}/confirm`, {});
});

const detail = async (id = box.deviceId): Promise<ControllerDetail> => (await backend.admin.get<ControllerDetail>(`/api/v1/controllers/${id}`)).body;
const age = (sql: string, params: unknown[]) => backend.database.query(sql, params);

describe('a ticket', () => {
  it('H2 lets exactly one of twenty simultaneous presentations in', async () => {
    const { ticket } = await box.ticket();
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => box.consume(ticket)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'TICKET_REFUSED' });
    const [count] = await backend.database.query<{ count: number }>('SELECT count(*)::int FROM controller_sessions WHERE controller_id = $1', [box.deviceId]);
    expect(count?.count).toBe(1);
    const replays = await backend.database.query('SELECT FROM audit_records WHERE target_id = $1 AND operation = $2', [box.deviceId, 'ticket.replay']);
    expect(replays).toHaveLength(19);
  });

  it('is kept as a digest', async () => {
    const { ticket } = await box.ticket();
    expect(await age('SELECT FROM tickets WHERE hash = $1', [sha256(ticket)])).toHaveLength(1);
  });

  it('H1 is refused when it expired, was made up, is for another purpose or another protocol', async () => {
    const { ticket } = await box.ticket();
    await age(`UPDATE tickets SET expires_at = now() WHERE hash = $1`, [sha256(ticket)]);
    await expect(box.consume(ticket)).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
    await expect(box.consume('A'.repeat(43))).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
    await expect(box.consume((await box.ticket({ audience: 'points' })).ticket)).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
    const other = { ticket: (await box.ticket()).ticket, subprotocol: 'mqtt', gatewayId: GATEWAY, remoteAddress: '10.0.0.7' };
    await expect(backend.bus.request('tickets.consume', other)).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
    expect((await detail()).timeline.some(({ reason }) => reason === 'ticket_refused')).toBe(true);
  });

  it('is useless once it was burnt', async () => {
    const { ticket } = await box.ticket();
    await backend.bus.request('tickets.burn', { ticket, remoteAddress: '10.0.0.8' });
    await expect(box.consume(ticket)).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
    expect((await detail()).timeline.map(({ text }) => text).join()).toMatch(/inside an address/);
  });

  it('is one of three at most that are open: the oldest makes room', async () => {
    const tickets = [];
    for (let index = 0; index < 4; index += 1) tickets.push((await box.ticket()).ticket);
    await expect(box.consume(tickets[0] ?? '')).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
    for (const ticket of tickets.slice(1)) await expect(box.consume(ticket)).resolves.toMatchObject({ controllerId: box.deviceId });
  });

  it('F4 needs the right secret; a wrong one is noted, and a live session notices nothing', async () => {
    await box.connect();
    for (const deviceId of [box.deviceId, randomUUID(), 'nonsense', "'; --"]) {
      const stranger = new Box(backend.bus, deviceId, 'B'.repeat(43));
      await expect(stranger.ticket()).rejects.toMatchObject({ code: 'CREDENTIAL_REFUSED' });
    }
    const after = await detail();
    expect(after).toMatchObject({ link: 'online', reason: 'connected' });
    expect(after.timeline[0]).toMatchObject({ reason: 'bad_credential' });
    expect((await box.renew()).revoked).toEqual([]);
    await box.end();
    await age(`DELETE FROM controller_events WHERE controller_id = $1 AND reason = 'bad_credential'`, [box.deviceId]);
    await expect(box.ticket({ secret: 'C'.repeat(43) })).rejects.toMatchObject({ code: 'CREDENTIAL_REFUSED' });
    expect(await detail()).toMatchObject({ link: 'offline', reason: 'bad_credential' });
  });

  it('is for a protocol that is spoken here', async () => {
    await expect(box.ticket({ protocols: ['mqtt'] })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(box.ticket({ protocols: ['mqtt', SUBPROTOCOL] })).resolves.toMatchObject({ subprotocol: SUBPROTOCOL });
  });

  it('is refused to a controller that asks for too many, and others are not affected', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 70 }, () => box.ticket()));
    const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as { code: string; extra: { retryAfter: number } }] : []));
    expect(refusals).toHaveLength(10);
    expect(refusals[0]).toMatchObject({ code: 'TOO_MANY_ATTEMPTS', extra: { retryAfter: expect.any(Number) as number } });
    const { claim } = await register(backend.admin, place);
    await expect((await Box.enrol(backend.bus, claim)).ticket()).resolves.toBeDefined();
  });
});

describe('a session', () => {
  it('makes its controller online once it has introduced itself, and says why when it ends', async () => {
    const events: EventOf<'live.controllers'>[] = [];
    const stop = await backend.bus.subscribe('live.controllers', (event) => void events.push(event));
    await box.open();
    expect(await detail()).toMatchObject({ link: 'never', reason: 'never_connected' });
    await expect(box.hello([])).resolves.toMatchObject({ status: 'active', conflict: null });
    expect(await detail()).toMatchObject({
      link: 'online',
      reason: 'connected',
      firmware: '1.2.4',
      session: { gatewayId: GATEWAY, bootId: box.bootId, remoteAddress: '10.0.0.7', epoch: 1 },
    });
    await box.end('heartbeat_lost');
    const after = await detail();
    expect(after).toMatchObject({ link: 'offline', reason: 'heartbeat_lost', session: null });
    expect(after.detail).toMatch(/two heartbeats.*Check power/);
    expect(events.filter(({ controllerId }) => controllerId === box.deviceId).map(({ link }) => link)).toEqual(['online', 'offline']);
    await stop();
  });

  it('F2 F5 supersedes the one before with a higher epoch; the late end of the old one changes nothing', async () => {
    await box.connect();
    const old = { ...box.ref };
    const opened = await box.open();
    expect(opened).toMatchObject({ epoch: old.epoch + 1, superseded: { ...old, gatewayId: GATEWAY } });
    await box.hello([]);
    await backend.bus.request('sessions.ended', { ...old, code: 4500, reason: 'superseded', text: '' });
    expect(await detail()).toMatchObject({ link: 'online', reason: 'connected' });
    await age(`UPDATE controller_sessions SET ended_at = ended_at - interval '1 hour' WHERE id = $1`, [old.sessionId]);
    const stale = { gatewayId: GATEWAY, sessions: [{ ...old, lastSeen: Date.now() }] };
    expect((await backend.bus.request('sessions.renew', stale)).revoked.filter(({ controllerId }) => controllerId === box.deviceId)).toMatchObject([{ sessionId: old.sessionId, code: 4500 }]);
    await expect(backend.bus.request('sessions.channels', old)).rejects.toMatchObject({ code: 'STALE_SESSION' });
  });

  it('F3 is one, however many open at once', async () => {
    const tickets = await Promise.all([box.ticket(), box.ticket(), box.ticket()]);
    const opened = await Promise.all(tickets.map(({ ticket }) => box.consume(ticket)));
    expect(opened.map(({ epoch }) => epoch).sort()).toEqual([1, 2, 3]);
    expect(opened.filter(({ superseded }) => superseded !== null)).toHaveLength(2);
    const open = await age('SELECT epoch FROM controller_sessions WHERE controller_id = $1 AND ended_at IS NULL', [box.deviceId]);
    expect(open).toEqual([{ epoch: '3' }]);
  });

  it('F13 of a revoked controller is named at the next renewal, and no new one opens', async () => {
    await box.connect();
    const { ticket } = await box.ticket();
    const revoked: EventOf<'sessions.revoked'>[] = [];
    const stop = await backend.bus.subscribe('sessions.revoked', (event) => void revoked.push(event));
    const answer = await backend.admin.post(`/api/v1/controllers/${box.deviceId}/revoke`, { reason: 'stolen' });
    expect(answer.body).toMatchObject({ status: 'revoked', link: 'offline', reason: 'revoked', session: null });
    expect(revoked).toMatchObject([{ ...box.ref, gatewayId: GATEWAY, code: 4501 }]);
    expect((await box.renew()).revoked).toMatchObject([{ ...box.ref, code: 4501 }]);
    await expect(box.consume(ticket)).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
    await expect(box.ticket()).rejects.toMatchObject({ code: 'CREDENTIAL_REFUSED' });
    await stop();
  });

  it('F13 that ended just now is told to its own gateway with each renewal, whoever that names', async () => {
    await box.connect();
    const { ref } = box;
    expect((await box.renewBeside([])).revoked).toEqual([]);
    await backend.admin.post(`/api/v1/controllers/${box.deviceId}/revoke`, { reason: 'stolen' });
    for (let round = 0; round < 2; round += 1) expect((await box.renewBeside([])).revoked).toEqual([{ ...ref, code: 4501, reason: 'revoked' }]);
    const elsewhere = await backend.bus.request('sessions.renew', { gatewayId: 'gateway-2', sessions: [] });
    expect(elsewhere.revoked).toEqual([]);
    await age(`UPDATE controller_sessions SET ended_at = ended_at - interval '1 hour' WHERE id = $1`, [ref.sessionId]);
    expect((await box.renewBeside([])).revoked).toEqual([]);
  });

  it('that its gateway told to have ended is not told back to it', async () => {
    await box.connect();
    await box.end();
    expect((await box.renewBeside([])).revoked).toEqual([]);
  });

  it('that waits for confirmation is told of it at the next renewal', async () => {
    const { claim } = await register(backend.admin, place);
    const pending = await Box.enrol(backend.bus, claim);
    await expect(pending.connect()).resolves.toMatchObject({ status: 'pending' });
    expect(await detail(pending.deviceId)).toMatchObject({ link: 'online', status: 'pending', reason: 'awaiting_confirmation' });
    expect((await pending.renew()).accepted).toEqual([]);
    await backend.admin.post(`/api/v1/controllers/${pending.deviceId}/confirm`, {});
    expect((await pending.renew()).accepted).toEqual([pending.ref]);
    expect(await detail(pending.deviceId)).toMatchObject({ link: 'online', status: 'active', reason: 'connected' });
  });

  it('that came up while its confirmation waited for its turn is told of it too', async () => {
    const { claim } = await register(backend.admin, place);
    const pending = await Box.enrol(backend.bus, claim);
    await pending.connect();
    let confirming: Promise<unknown> = Promise.resolve();
    // As if this session had begun after the technician's click, and had said HELLO before the click was carried out.
    await new UnitOfWork(backend.database.dataSource).run(async (tx) => {
      await tx.query('SELECT FROM controllers WHERE id = $1 FOR UPDATE', [pending.deviceId]);
      confirming = backend.admin.post(`/api/v1/controllers/${pending.deviceId}/confirm`, {});
      await waitFor(async () => (await age(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`, [])).length > 0);
      await tx.query('UPDATE controller_sessions SET started_at = clock_timestamp() WHERE id = $1', [pending.ref.sessionId]);
    });
    await confirming;
    expect((await pending.renew()).accepted).toEqual([pending.ref]);
  });

  it('that its gateway drained is offline for that reason, and one that moved on already is not', async () => {
    await box.connect();
    const { claim } = await register(backend.admin, place);
    const moved = await Box.enrol(backend.bus, claim);
    await moved.connect();
    const old = { ...moved.ref };
    await moved.connect();
    await backend.bus.request('sessions.drained', { sessions: [box.ref, old] });
    const after = await detail();
    expect(after).toMatchObject({ link: 'offline', reason: 'drained', session: null });
    expect(after.timeline[0]).toMatchObject({ reason: 'drained' });
    expect(await detail(moved.deviceId)).toMatchObject({ link: 'online' });
  });

  it('whose lease lapsed is offline at once, then ended; a renewal that comes late asks for a new ticket', async () => {
    await box.connect();
    await age(`UPDATE controller_sessions SET lease_until = now() - interval '1 second' WHERE id = $1`, [box.ref.sessionId]);
    expect(await detail()).toMatchObject({ link: 'offline', reason: 'gateway_lost', session: null });
    await waitFor(async () => (await age(`SELECT FROM controllers WHERE id = $1 AND link = 'offline'`, [box.deviceId])).length > 0);
    expect((await detail()).timeline[0]).toMatchObject({ reason: 'gateway_lost' });
    // Nothing took over: what it still sends must not be answered as if, or it would stay away.
    await expect(backend.bus.request('subdevices.changed', { ...box.ref, payload: { subdevices: [] } })).rejects.toMatchObject({ code: 'SESSION_UNKNOWN' });
    expect((await box.renew()).revoked).toMatchObject([{ ...box.ref, code: 4401 }]);
    await expect(box.connect()).resolves.toMatchObject({ status: 'active' });
    expect(await detail()).toMatchObject({ link: 'online' });
  });

  it('is not held up by another one that somebody has locked, which the next renewal finds', async () => {
    await box.connect();
    const other = await Box.enrol(backend.bus, (await register(backend.admin, place)).claim);
    await other.connect();
    const ids = [box.ref.sessionId, other.ref.sessionId];
    await age(`UPDATE controller_sessions SET last_seen_at = 'epoch' WHERE id = ANY($1::uuid[])`, [ids]);
    const both = { gatewayId: GATEWAY, sessions: [box, other].map(({ ref }) => ({ ...ref, lastSeen: Date.now() })) };
    const renewed = async () => backend.database.query(`SELECT id FROM controller_sessions WHERE id = ANY($1::uuid[]) AND last_seen_at > 'epoch'`, [ids]);
    await new UnitOfWork(backend.database.dataSource).run(async (tx) => {
      await tx.query('SELECT FROM controller_sessions WHERE id = $1 FOR UPDATE', [box.ref.sessionId]);
      expect((await box.renewBeside(both.sessions)).revoked).toEqual([]);
      expect(await renewed()).toEqual([{ id: other.ref.sessionId }]);
    });
    await backend.bus.request('sessions.renew', both);
    expect(await renewed()).toHaveLength(2);
  });

  it('renews all leases of a gateway in one go', async () => {
    await box.connect();
    await age(`UPDATE controller_sessions SET lease_until = now() + interval '1 second' WHERE id = $1`, [box.ref.sessionId]);
    await box.renew();
    const [row] = await backend.database.query<{ seconds: number }>(
      'SELECT extract(epoch FROM lease_until - now())::float8 AS seconds FROM controller_sessions WHERE id = $1',
      [box.ref.sessionId],
    );
    expect(row?.seconds).toBeGreaterThan(8);
  });
});

describe('HELLO', () => {
  it('of another device than the ticket is refused', async () => {
    await box.open();
    await expect(box.hello([], { deviceId: randomUUID() })).rejects.toMatchObject({ code: 'MALFORMED_REQUEST' });
  });

  it('is told what is stored of its streams, and refused when it would send that again as something new', async () => {
    await age(`INSERT INTO streams (controller_id, stream_id, acked) VALUES ($1, 's1', 41)`, [box.deviceId]);
    await box.open();
    const good = await box.hello([], { streams: [{ id: 's1', oldest: 30, next: 50 }, { id: 's2', oldest: 1, next: 1 }] });
    expect(good).toMatchObject({ acked: { s1: 41, s2: 0 }, conflict: null });
    await box.open();
    const bad = await box.hello([], { streams: [{ id: 's1', oldest: 1, next: 41 }] });
    expect(bad.conflict).toMatch(/number 41 of stream s1.*up to 41 are stored/);
    const records = await age(`SELECT reason FROM audit_records WHERE target_id = $1 AND operation = 'controller.hello' AND result = 'refused'`, [box.deviceId]);
    expect(records).toHaveLength(1);
  });

  it('A18 keeps hostile text out of the database and off the screen', async () => {
    await box.open();
    await box.hello([], { firmware: '1.0\u0000\ud800\n<script>', model: '\u0007' });
    expect(await detail()).toMatchObject({ firmware: '1.0<script>', model: 'Box 3000' });
    await box.hello([], { firmware: '1.\u202e0', model: '=HYPERLINK("http://evil.example")' });
    expect(await detail()).toMatchObject({ firmware: '1.0', model: '=HYPERLINK("http://evil.example")' });
  });
});
