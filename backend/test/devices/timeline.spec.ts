import type { TimelineEntry } from '@cupola/contracts';
import { TIMELINE_KINDS } from '@cupola/domain';
import { FakeClock } from '@cupola/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { ControllerTimeline } from '../../src/modules/devices/controller-timeline.js';
import { explain, nextStepOf, withoutNextStep } from '../../src/modules/devices/session-doctor.js';
import { TimelineRetention } from '../../src/modules/devices/timeline-retention.js';
import { noteEvent, noteRarely } from '../../src/modules/devices/timeline.js';
import { clockOf, startBackend, type TestBackend } from '../harness.js';
import { Box, GATEWAY, register, type Registered, sha256 } from './box.js';
import { makePlace, type TestPlace } from './place.js';

interface TimelinePage {
  items: TimelineEntry[];
  nextCursor: string | null;
}

const DAY = 86_400_000;
let backend: TestBackend;
let place: TestPlace;
let registered: Registered;
let box: Box;

beforeAll(async () => {
  backend = await startBackend();
  place = await makePlace(backend.database);
});
afterAll(() => backend.close());
beforeEach(async () => {
  registered = await register(backend.admin, place);
  box = await Box.enrol(backend.bus, registered.claim);
  await backend.admin.post(`/api/v1/controllers/${box.deviceId}/confirm`, {});
});

const inTransaction = (work: Parameters<UnitOfWork['run']>[0]) => new UnitOfWork(backend.database.dataSource).run(work);
const get = async (query = '') => (await backend.admin.get<TimelinePage>(`/api/v1/controllers/${box.deviceId}/timeline${query}`)).body;
const kinds = async (): Promise<string[]> => (await get()).items.map(({ kind }) => kind);

describe('a timeline', () => {
  it('tells the life of a controller, newest first, with what to do next apart', async () => {
    await box.connect();
    await box.end('heartbeat_lost');
    expect(await kinds()).toEqual(['heartbeat_lost', 'connected', 'ticket_issued', 'confirmed', 'enrolled', 'registered']);
    const [lost, , ticket, confirmed, enrolled] = (await get()).items;
    expect(lost).toMatchObject({ text: 'Nothing was heard from it for two heartbeats.', next: nextStepOf('heartbeat_lost'), count: 1 });
    expect(ticket).toMatchObject({ text: 'Got a ticket for a connection, from 10.0.0.7.', next: '', facts: { address: '10.0.0.7' } });
    expect(confirmed).toMatchObject({ facts: { person: 'admin' } });
    expect(enrolled).toMatchObject({ text: `Enrolled as serial SN-${registered.claim.slot}.`, next: nextStepOf('enrolled') });
  });

  it('counts what happens again with nothing in between', async () => {
    for (let index = 0; index < 3; index += 1) await box.ticket();
    const [entry, before] = (await get()).items;
    expect(entry).toMatchObject({ kind: 'ticket_issued', count: 3 });
    expect(Date.parse(entry?.until ?? '')).toBeGreaterThan(Date.parse(entry?.at ?? ''));
    expect(before).toMatchObject({ kind: 'confirmed', count: 1 });
  });

  it('comes in pages that leave nothing out, and by kind', async () => {
    await box.connect();
    await box.end();
    const first = await get('?limit=4');
    const second = await get(`?limit=4&before=${first.nextCursor}`);
    expect(second.nextCursor).toBeNull();
    expect([...first.items, ...second.items]).toEqual((await get()).items);
    expect((await get('?kind=ticket_issued,connected')).items.map(({ kind }) => kind)).toEqual(['connected', 'ticket_issued']);
  });

  it.each(['?kind=nonsense', '?before=x', '?before=0', '?limit=1000'])('is not read with %s', async (query) => {
    expect(await backend.admin.get(`/api/v1/controllers/${box.deviceId}/timeline${query}`)).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
  });

  it('is for those who may see the controller', async () => {
    const elsewhere = await makePlace(backend.database);
    const stranger = await backend.user('operator', { scope: 'site', scopeId: elsewhere.siteId });
    expect((await stranger.get(`/api/v1/controllers/${box.deviceId}/timeline`)).status).toBe(404);
  });
});

describe('a refused ticket', () => {
  const lastRefusal = async (): Promise<TimelineEntry | undefined> => (await get('?kind=ticket_refused')).items[0];
  const refusedTo = (ticket: string, subprotocol: string): Promise<void> =>
    expect(backend.bus.request('tickets.consume', { ticket, subprotocol, gatewayId: GATEWAY, remoteAddress: '10.0.0.9' })).rejects.toMatchObject({ code: 'TICKET_REFUSED' });

  it.each<[string, (ticket: string) => Promise<unknown>]>([
    ['replayed', (ticket) => box.consume(ticket)],
    ['expired', (ticket) => backend.database.query('UPDATE tickets SET expires_at = now() WHERE hash = $1', [sha256(ticket)])],
    ['outdated', () => backend.database.query('UPDATE controllers SET credential_version = credential_version + 1 WHERE id = $1', [box.deviceId])],
  ])('is told as %s', async (why, spoil) => {
    const { ticket } = await box.ticket();
    await spoil(ticket);
    await refusedTo(ticket, 'cupola.v1.json');
    expect(await lastRefusal()).toMatchObject({ facts: { why, address: '10.0.0.9' }, next: nextStepOf('ticket_refused') });
  });

  it('is told as one for another purpose or another protocol', async () => {
    await refusedTo((await box.ticket({ audience: 'points' })).ticket, 'cupola.v1.json');
    expect(await lastRefusal()).toMatchObject({ facts: { why: 'wrong_audience' } });
    await refusedTo((await box.ticket()).ticket, 'mqtt');
    expect(await lastRefusal()).toMatchObject({ facts: { why: 'wrong_protocol' } });
  });
});

it('notes a silence once, when its heartbeat becomes overdue', async () => {
  await box.connect();
  const renew = (isLate: boolean) => backend.bus.request('sessions.renew', { gatewayId: GATEWAY, sessions: [{ ...box.ref, lastSeen: Date.now(), isLate }] });
  for (const isLate of [true, true, false]) await renew(isLate);
  expect((await get('?kind=late_heartbeat')).items).toMatchObject([{ count: 1, next: nextStepOf('late_heartbeat') }]);
  await renew(true);
  expect((await get('?kind=late_heartbeat')).items).toMatchObject([{ count: 2 }]);
});

describe('what strangers can cause', () => {
  it('fills one entry an hour, whatever happens in between, and disturbs nothing', async () => {
    await box.connect();
    const stranger = new Box(backend.bus, box.deviceId, 'B'.repeat(43));
    for (let index = 0; index < 20; index += 1) {
      await expect(stranger.ticket()).rejects.toMatchObject({ code: 'CREDENTIAL_REFUSED' });
      if (index === 10) await box.ticket();
    }
    expect((await get('?kind=bad_credential')).items).toMatchObject([{ count: 20, facts: { address: '10.0.0.7' } }]);
  });

  it('begins another entry for another reason, and after an hour', async () => {
    const note = (why: string) => inTransaction((tx) => noteRarely(tx, box.deviceId, 'ticket_refused', why, { why }));
    for (const why of ['expired', 'replayed', 'expired']) await note(why);
    expect((await get('?kind=ticket_refused')).items).toMatchObject([{ facts: { why: 'replayed' }, count: 1 }, { facts: { why: 'expired' }, count: 2 }]);
    await backend.database.query(`UPDATE controller_events SET at = at - interval '61 minutes' WHERE controller_id = $1`, [box.deviceId]);
    await note('expired');
    expect((await get('?kind=ticket_refused')).items[0]).toMatchObject({ facts: { why: 'expired' }, count: 1 });
  });
});

describe('retention', () => {
  const timeline = () => new ControllerTimeline(backend.database);

  it('forgets what is older than thirty days, by the clock of the product', async () => {
    await box.connect();
    await backend.database.query(`UPDATE controller_events SET at = at - interval '2 days' WHERE controller_id = $1 AND reason = 'registered'`, [box.deviceId]);
    const clock = new FakeClock(Date.now() + 27 * DAY);
    const retention = new TimelineRetention(clockOf(clock), timeline());
    await retention.forgetOld();
    expect(await kinds()).toContain('registered');
    clock.advance(2 * DAY);
    await retention.forgetOld();
    expect(await kinds()).toEqual(['connected', 'ticket_issued', 'confirmed', 'enrolled']);
  });

  it('keeps the newest of a controller that has too many', async () => {
    await inTransaction(async (tx) => {
      for (let index = 0; index < 10; index += 1) await noteEvent(tx, box.deviceId, 'connected', `Time ${index}.`);
    });
    await new TimelineRetention(clockOf(new FakeClock(Date.now())), timeline()).forgetOld(3);
    expect((await get()).items.map(({ text }) => text)).toEqual(['Time 9.', 'Time 8.', 'Time 7.']);
  });
});

it('every kind has its words, and the next step can be taken off again', () => {
  for (const kind of TIMELINE_KINDS) {
    expect(explain(kind), kind).toMatch(/^[A-Z].*\.$/);
    expect(withoutNextStep(kind, explain(kind, 'Something else')), kind).toBe('Something else.');
  }
});
