import { DomainError } from '@cupola/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Harness } from './harness.js';
import { startGateway } from './harness.js';
import { StoppedClock } from './stopped-clock.js';

const quick = { timeout: 30_000, interval: 5 };
/** One for each round, and one more that shares the last. */
const IDS = ['a', 'b', 'c', 'f'].map((end) => `0190b6c2-7e1d-7a3b-8c4d-5e6f7a8b9c0${end}`);
let harness: Harness;
let clock: StoppedClock;
beforeEach(async () => {
  clock = new StoppedClock();
  harness = await startGateway({ clock, config: { renewEveryMs: 20 } });
});
afterEach(() => harness.close());

/** Controllers that each of the next `count` renewals names, sorted. */
async function named(count: number): Promise<string[][]> {
  const { renewals } = harness.backend;
  // One may be under way that was made before.
  const from = renewals.length + 1;
  await vi.waitFor(() => expect(renewals.length).toBeGreaterThanOrEqual(from + count), quick);
  return renewals.slice(from, from + count).map(({ sessions }) => sessions.map(({ controllerId }) => controllerId).sort());
}

it('names each session in every third renewal, a third of them at a time', async () => {
  for (const id of IDS) await harness.online({ id });
  const rounds = await named(6);
  expect(rounds.slice(0, 3).flat().sort()).toEqual(IDS);
  expect(rounds.slice(3)).toEqual(rounds.slice(0, 3));
  expect(rounds.slice(0, 3).map((round) => round.length).sort()).toEqual([1, 1, 2]);
});

it('names a session that waits for its confirmation in each', async () => {
  const [id = ''] = IDS;
  const controller = harness.backend.addController({ id, status: 'pending' });
  const device = await harness.connect(controller);
  await device.welcomed(id);
  expect(await named(3)).toEqual([[id], [id], [id]]);
});

it('names everybody at once when a point list was put', async () => {
  const own = await startGateway({ config: { renewEveryMs: 3_600_000 } });
  for (const id of IDS) await own.online({ id });
  const ticket = own.backend.issue(own.backend.addController(), 'points');
  await fetch(`${own.url}/device/v1/points`, { method: 'PUT', headers: { authorization: `Ticket ${ticket}`, 'content-type': 'application/json' }, body: '{"points":[]}' });
  await vi.waitFor(() => expect(own.backend.renewals.at(-1)?.sessions.map(({ controllerId }) => controllerId)).toEqual(IDS), quick);
  await own.close();
});

it('names everybody while renewals take long: a lease must not wait for three of those', async () => {
  for (const id of IDS) await harness.online({ id });
  harness.backend.before.renew = () => clock.advance(41);
  expect((await named(3)).slice(1)).toEqual([IDS, IDS]);
});

it('names everybody after a renewal that failed', async () => {
  const { backend } = harness;
  for (const id of IDS) await harness.online({ id });
  backend.before.renew = () => Promise.reject(new DomainError('DATABASE_UNAVAILABLE', 'away'));
  const away = await named(3);
  expect(away.slice(1)).toEqual([IDS, IDS]);
  delete backend.before.renew;
  await vi.waitFor(async () => expect((await named(1))[0]).not.toEqual(IDS), quick);
});
