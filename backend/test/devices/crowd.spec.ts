import { waitFor } from '@cupola/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { startBackend, type TestBackend } from '../harness.js';
import { type Box, devicePoint } from './box.js';
import { enrolFleet } from './fleet.js';
import { makePlace, type TestPlace } from './place.js';

const CROWD = 30;
const POINTS = [devicePoint(1, 'temperature'), devicePoint(2, 'humidity', { unit: '%' })];

let backend: TestBackend;
let place: TestPlace;

beforeAll(async () => {
  backend = await startBackend();
  place = await makePlace(backend.database);
});
afterAll(() => backend.close());

const crowd = (): Promise<Box[]> => enrolFleet(backend.database, backend.bus, place, CROWD);

async function rowsOf(boxes: readonly Box[]): Promise<Record<string, unknown>[]> {
  return backend.database.query(
    `SELECT c.id, c.link, c.reason, c.firmware, c.epoch::int, c.session_id, s.boot_id,
       (SELECT count(*)::int FROM controller_sessions o WHERE o.controller_id = c.id AND o.ended_at IS NULL) AS open,
       (SELECT array_agg(e.reason ORDER BY e.id) FROM controller_events e WHERE e.controller_id = c.id) AS told
     FROM controllers c LEFT JOIN controller_sessions s ON s.id = c.session_id WHERE c.id = ANY($1::uuid[])`,
    [boxes.map(({ deviceId }) => deviceId)],
  );
}

/** Holds the row of a controller as somebody who works on it would, until `work` is done. */
async function whileLocked(box: Box, work: () => Promise<void>): Promise<void> {
  await new UnitOfWork(backend.database.dataSource).run(async (tx) => {
    await tx.query('SELECT FROM controllers WHERE id = $1 FOR UPDATE', [box.deviceId]);
    await work();
  });
}

it('a crowd that connects together gets what each of them would have got alone', async () => {
  const boxes = await crowd();
  const replies = await Promise.all(boxes.map((box) => box.connect(POINTS)));
  for (const reply of replies) expect(reply).toMatchObject({ status: 'active', conflict: null, points: { wanted: false } });
  expect(new Set(replies.flatMap(({ channels }) => channels.map(({ channelId }) => channelId))).size).toBe(2 * CROWD);
  const again = await Promise.all(boxes.map((box) => box.connect(POINTS)));
  expect(again.map(({ channels, points }) => ({ channels, points }))).toEqual(replies.map(({ channels, points }) => ({ channels, points })));
  const rows = new Map((await rowsOf(boxes)).map((row) => [row['id'], row]));
  for (const box of boxes) {
    expect(rows.get(box.deviceId)).toMatchObject({
      ...{ link: 'online', reason: 'connected', firmware: '1.2.4', epoch: 2, session_id: box.ref.sessionId, boot_id: box.bootId, open: 1 },
      told: ['ticket_issued', 'connected'],
    });
  }
});

it('one whose row somebody holds waits, the crowd does not', async () => {
  const boxes = await crowd();
  const [held, ...others] = boxes;
  if (held === undefined) throw new Error('There is no crowd.');
  const tickets = new Map(await Promise.all(boxes.map(async (box) => [box, (await box.ticket()).ticket] as const)));
  const open = async (box: Box): Promise<void> => void (box.session = await box.consume(tickets.get(box) ?? ''));
  const states: string[] = [];
  let waiting: Promise<void>[] = [];
  await whileLocked(held, async () => {
    waiting = [held.ticket(), open(held)].map((task) => Promise.resolve(task).then(() => void states.push('held')));
    await Promise.all(others.map((box) => box.ticket()));
    await Promise.all(others.map(open));
    states.push('others');
  });
  await Promise.all(waiting);
  expect(states).toEqual(['others', 'held', 'held']);
  await whileLocked(held, async () => {
    waiting = [held.hello(POINTS).then(() => void states.push('held'))];
    await Promise.all(others.map((box) => box.hello(POINTS)));
    states.push('others');
  });
  await Promise.all(waiting);
  expect(states.slice(3)).toEqual(['others', 'held']);
});

it('a crowd whose connections break together is offline, each for its own reason', async () => {
  const boxes = await crowd();
  await Promise.all(boxes.map((box) => box.connect('none')));
  const [cut, ...others] = boxes;
  if (cut === undefined) throw new Error('There is no crowd.');
  let ending = Promise.resolve();
  await whileLocked(cut, async () => {
    ending = cut.end('closed_by_controller', 'closed by the controller with 1000');
    await Promise.all(others.map((box) => box.end('connection_lost', 'the connection broke')));
    expect((await rowsOf(others)).every(({ link, open }) => link === 'offline' && open === 0)).toBe(true);
    expect((await rowsOf([cut]))[0]).toMatchObject({ link: 'online', open: 1 });
  });
  await ending;
  for (const row of await rowsOf(others)) expect(row).toMatchObject({ reason: 'connection_lost', told: ['ticket_issued', 'connected', 'connection_lost'] });
  expect((await rowsOf([cut]))[0]).toMatchObject({ link: 'offline', reason: 'closed_by_controller', open: 0 });
});

it('those of a crowd that are refused are refused each for its own reason', async () => {
  const boxes = await crowd();
  const [replayed, stale, behind, ...others] = boxes;
  if (replayed === undefined || stale === undefined || behind === undefined) throw new Error('There is no crowd.');
  const used = (await replayed.ticket()).ticket;
  await replayed.consume(used);
  const opened = await Promise.allSettled([replayed.consume(used), ...[stale, behind, ...others].map((box) => box.open())]);
  expect(opened.map(({ status }) => status)).toEqual(['rejected', ...Array.from({ length: CROWD - 1 }, () => 'fulfilled')]);
  expect(opened[0]).toMatchObject({ reason: { code: 'TICKET_REFUSED' } });
  await backend.database.query(`INSERT INTO streams (controller_id, stream_id, acked) VALUES ($1, 'main', 50)`, [behind.deviceId]);
  const old = { ...stale.ref };
  await stale.open();
  stale.session = { ...old, status: 'active', siteId: place.siteId, superseded: null };
  const [refused, conflict, ...greeted] = await Promise.allSettled([
    ...[stale.hello('none'), behind.hello('none', { streams: [{ id: 'main', oldest: 40, next: 41 }] })],
    ...others.map((box) => box.hello('none')),
  ]);
  expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'STALE_SESSION' } });
  expect(conflict).toMatchObject({ status: 'fulfilled', value: { acked: { main: 50 }, conflict: expect.stringContaining('main') as string } });
  for (const each of greeted) expect(each).toMatchObject({ status: 'fulfilled', value: { status: 'active', points: { wanted: true } } });
  const rows = new Map((await rowsOf(boxes)).map((row) => [row['id'], row]));
  expect(rows.get(behind.deviceId)).toMatchObject({ link: 'never' });
  for (const box of others) expect(rows.get(box.deviceId)).toMatchObject({ link: 'online' });
  await waitFor(async () => (await backend.database.query(`SELECT FROM audit_records WHERE target_id = $1 AND operation = 'ticket.replay'`, [replayed.deviceId])).length === 1);
});
