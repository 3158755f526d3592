import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AdmissionValve, OPEN_VALVE } from './admission.js';
import { ALONE_AFTER_MS, askTicketDoor, ticketDoorConfig, OPEN_TICKET_DOOR } from './ticket-door.js';
import { FULL_BUCKET, takeToken, type TokenBucket } from './token-bucket.js';

const PER_SECOND = 30;
const config = ticketDoorConfig(PER_SECOND);
/** What one flooding site must leave to another one; a hair less, so that roundings do not matter. */
const THIRD = { perSecond: PER_SECOND / 3, capacity: PER_SECOND / 3 - 1e-6 };

class House {
  readonly #sites = new Map<string, AdmissionValve>();
  #door = OPEN_TICKET_DOOR;

  ask(siteId: string, now: number): 'in' | { by: 'site' | 'house'; waitMs: number } {
    const answer = askTicketDoor(this.#door, this.#sites.get(siteId) ?? OPEN_VALVE, siteId, config, now);
    this.#door = answer.door;
    this.#sites.set(siteId, answer.site);
    return answer.refused ?? 'in';
  }

  /** How many of so many who ask at the same time are let in. */
  flood(siteId: string, count: number, now: number): number {
    return Array.from({ length: count }, () => this.ask(siteId, now)).filter((answer) => answer === 'in').length;
  }
}

describe('the ticket door', () => {
  it('gives a site that is alone the whole rate, and keeps the burst of the others', () => {
    const house = new House();
    expect(house.flood('a', 100, 0)).toBe(20);
    for (let second = 1; second <= 10; second += 1) expect(house.flood('a', 100, second * 1000)).toBeGreaterThanOrEqual(20);
    const perTenth = Array.from({ length: 100 }, (_, tenth) => house.flood('a', 100, 11_000 + tenth * 100));
    expect(perTenth.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(PER_SECOND * 9.9);
  });

  it('leaves each of two flooding sites at least a third, and nothing unused', () => {
    const house = new House();
    const counts = { a: 0, b: 0 };
    for (let tenth = 0; tenth < 300; tenth += 1) {
      for (const siteId of ['a', 'b'] as const) counts[siteId] += house.flood(siteId, 2, tenth * 100);
    }
    expect(counts.a + counts.b).toBeGreaterThanOrEqual(30 * PER_SECOND * 0.99);
    expect(Math.min(counts.a, counts.b)).toBeGreaterThanOrEqual(30 * THIRD.perSecond * 0.99);
  });

  it('says when the turn comes: at the whole rate to a site that is alone, at its share to one that is not', () => {
    const alone = new House();
    alone.flood('a', 20, 0);
    expect(alone.ask('a', 0)).toEqual({ by: 'site', waitMs: 1000 / PER_SECOND });
    const shared = new House();
    shared.ask('b', 0);
    shared.flood('a', 20, 0);
    expect(shared.ask('a', 0)).toEqual({ by: 'site', waitMs: 1000 / (PER_SECOND * (2 / 3)) });
    shared.flood('a', 200, ALONE_AFTER_MS - 1000);
    expect(shared.ask('a', ALONE_AFTER_MS)).toBe('in');
  });

  it('refuses in the name of the house where a site has not had its share, and charges the site nothing for that', () => {
    const house = new House();
    for (const siteId of ['a', 'b']) house.flood(siteId, 20, 0);
    expect(house.ask('c', 0)).toMatchObject({ by: 'house' });
    expect(house.flood('c', 100, 1000)).toBeGreaterThanOrEqual(20);
  });

  it('never lets in more than its burst and its rate, whoever asks', () => {
    const asks = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 60 }), site: fc.constantFrom('a', 'b', 'c') }), { maxLength: 300 });
    fc.assert(
      fc.property(asks, (all) => {
        const house = new House();
        let [now, admitted] = [0, 0];
        for (const { gap, site } of all) if (house.ask(site, (now += gap)) === 'in') admitted += 1;
        return admitted <= PER_SECOND + (now / 1000) * PER_SECOND + 1e-6;
      }),
    );
  });

  it('never refuses a neighbour who stays within a third, however another site floods', () => {
    const steps = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 400 }), flood: fc.integer({ min: 0, max: 60 }), asks: fc.integer({ min: 0, max: 12 }) }), { maxLength: 80 });
    fc.assert(
      fc.property(steps, (all) => {
        const house = new House();
        let now = 0;
        let third: TokenBucket = FULL_BUCKET;
        for (const { gap, flood, asks } of all) {
          house.flood('flood', flood, (now += gap));
          for (let ask = 0; ask < asks; ask += 1) {
            const { bucket, isTaken } = takeToken(third, THIRD, now);
            third = bucket;
            if (isTaken && house.ask('neighbour', now) !== 'in') return false;
          }
        }
        return true;
      }),
      { numRuns: 500 },
    );
  });
});
