import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { enrolFleet } from './fleet.js';
import { makePlace } from './place.js';

const DEVICES = 2_000;
/** Nobody is overtaken by more than one transaction's worth, and waits for no more transactions than these, however many ask in the same instant. */
const ONE_TRANSACTION = 200;
const MOST_TRANSACTIONS = 50;

let backend: TestBackend;

beforeAll(async () => {
  backend = await startBackend({ env: { CUPOLA_TICKETS_PER_SECOND: '100000' } });
});
afterAll(() => backend.close());

it('F17 2,000 devices, gateway restart: their tickets are issued in the order of asking, by a few transactions', async () => {
  const boxes = await enrolFleet(backend.database, backend.bus, await makePlace(backend.database), DEVICES);
  const served: number[] = [];
  await Promise.all(boxes.map((box, turn) => box.ticket().then(() => void served.push(turn))));
  // How long somebody waits is how many are served first: hardly anybody who asked later may be among them.
  const overtaken = served.map((turn, place) => place - turn);
  expect(Math.max(...overtaken)).toBeLessThanOrEqual(ONE_TRANSACTION);
  const [written] = await backend.database.query<{ tickets: number; transactions: number }>(
    'SELECT count(*)::int AS tickets, count(DISTINCT xmin::text)::int AS transactions FROM tickets',
  );
  expect(written?.tickets).toBe(DEVICES);
  expect(written?.transactions).toBeLessThanOrEqual(MOST_TRANSACTIONS);
});
