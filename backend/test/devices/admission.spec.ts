import type { ControllerDetail } from '@cupola/contracts';
import { waitFor } from '@cupola/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { Box, register } from './box.js';
import { makePlace, type TestPlace } from './place.js';

let backend: TestBackend;
let place: TestPlace;
let elsewhere: TestPlace;

beforeAll(async () => {
  // One ticket a second for the house, and two thirds of that for a site: the first ask of each is its burst.
  backend = await startBackend({ env: { CUPOLA_TICKETS_PER_SECOND: '1' } });
  place = await makePlace(backend.database);
  elsewhere = await makePlace(backend.database);
});
afterAll(() => backend.close());

const enrol = async (at: TestPlace) => Box.enrol(backend.bus, (await register(backend.admin, at)).claim);
const detail = async (id: string): Promise<ControllerDetail> => (await backend.admin.get<ControllerDetail>(`/api/v1/controllers/${id}`)).body;
const refused = { code: 'OVERLOADED', extra: { retryAfter: expect.any(Number) as number } };

/** Asks until the door says no: how fast it refills meanwhile is up to the machine. */
async function untilRefused(box: Box): Promise<{ code: string; extra: { retryAfter: number } }> {
  for (;;) {
    const answers = await Promise.allSettled(Array.from({ length: 3 }, () => box.ticket()));
    const refusal = answers.find((answer) => answer.status === 'rejected');
    if (refusal !== undefined) return refusal.reason as { code: string; extra: { retryAfter: number } };
  }
}

describe('a storm', () => {
  it('waits at the door with a time to come back, is told how to spread, and shows on the timeline', async () => {
    const box = await enrol(place);
    const first = await box.ticket();
    expect(first.retry).toEqual({ minMs: 500, rangeMs: expect.any(Number) as number, doublings: 6, maxMs: expect.any(Number) as number });
    const refusal = await untilRefused(box);
    expect(refusal).toMatchObject(refused);
    expect(refusal.extra.retryAfter).toBeGreaterThanOrEqual(1);
    await waitFor(async () => (await detail(box.deviceId)).timeline.some(({ reason }) => reason === 'admission_refused'), { timeoutMs: 20_000 });
    expect(await detail(box.deviceId)).toMatchObject({ reason: 'admission_refused', detail: expect.stringMatching(/turn/) as string });
  }, 30_000);

  it('widens the spacing that answers push', async () => {
    const box = await enrol(elsewhere);
    await untilRefused(box);
    const spread = await waitFor(async () => (await box.ticket().catch(() => undefined))?.retry.rangeMs, { timeoutMs: 30_000, intervalMs: 1_000 });
    expect(spread).toBeGreaterThanOrEqual(1_500);
  }, 40_000);
});

describe('wrong secrets', () => {
  it('cost the real controller nothing, however many a stranger presents', async () => {
    const box = await enrol(place);
    const stranger = new Box(backend.bus, box.deviceId, 'B'.repeat(43));
    const guesses = await Promise.allSettled(Array.from({ length: 80 }, () => stranger.ticket()));
    for (const guess of guesses) expect(guess).toMatchObject({ status: 'rejected', reason: { code: 'CREDENTIAL_REFUSED' } });
    // The house may still be busy with the tests above; the device's own bucket of 60 is what eighty guesses would have emptied.
    const mine = await waitFor(() => box.ticket(), { timeoutMs: 30_000, intervalMs: 1_000 });
    expect(mine.ticket).toHaveLength(43);
  }, 40_000);
});
