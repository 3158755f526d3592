import { DomainError } from '@cupola/contracts';
import { FakeClock } from '@cupola/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import type { Box } from './box.js';
import { enrolFleet } from './fleet.js';
import { makePlace } from './place.js';

const DEVICES = 2_000;
const PER_SECOND = 300;
const SHARE = 200;
const NEIGHBOURS = PER_SECOND - SHARE;
const SECOND = 1_000;

/** Rates go by this one alone: between two asks no time passes, however slow the machine is. */
const door = new FakeClock(0);
let backend: TestBackend;

beforeAll(async () => {
  backend = await startBackend({
    env: { CUPOLA_TICKETS_PER_SECOND: String(PER_SECOND) },
    clock: { now: () => Date.now(), monotonic: () => door.now() },
  });
});
afterAll(() => backend.close());

/** Seconds to wait, or null for who got a ticket. @throws what is no refusal of the door */
async function ask(box: Box): Promise<number | null> {
  try {
    await box.ticket();
    return null;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'OVERLOADED') return Number(error.extra['retryAfter']);
    throw error;
  }
}

it('F17 2,000 devices that ask at once: the door lets in what its rate allows, a neighbour has its third, and all get in at the time that they were told', async () => {
  const boxes = await enrolFleet(backend.database, backend.bus, await makePlace(backend.database), DEVICES);
  const neighbours = await enrolFleet(backend.database, backend.bus, await makePlace(backend.database), NEIGHBOURS);
  let waiting = boxes.map((box) => ({ box, at: 0 }));
  const admitted: number[] = [];
  let asks = 0;
  for (let second = 0; waiting.length > 0; second += 1) {
    const due = waiting.filter(({ at }) => at <= second);
    const answers = await Promise.all(due.map(async ({ box }) => ({ box, wait: await ask(box) })));
    asks += due.length;
    admitted.push(answers.filter(({ wait }) => wait === null).length);
    if (second === 0) expect((await Promise.all(neighbours.map(ask))).filter((wait) => wait !== null)).toEqual([]);
    waiting = [...waiting.filter(({ at }) => at > second), ...answers.flatMap(({ box, wait }) => (wait === null ? [] : [{ box, at: second + wait }]))];
    door.advance(SECOND);
  }
  expect(admitted[0]).toBe(SHARE);
  expect(Math.max(...admitted)).toBeLessThanOrEqual(PER_SECOND);
  // Retry-After says the turn and up to half as long again.
  expect(admitted.length).toBeLessThanOrEqual(2 * (DEVICES / SHARE) * 1.5);
  expect(asks).toBeLessThanOrEqual(3 * DEVICES);
}, 60_000);
