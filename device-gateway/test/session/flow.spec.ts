import { describe, expect, it } from 'vitest';
import type { Effect } from '../../src/session/effects.js';
import { GatewayFlow } from '../../src/session/gateway-flow.js';
import { CONFIG, nameOf, Stepper } from './stepper.js';

const rows = (count: number) => Array.from({ length: count }, () => [0, 1, 0, 0]);
/** Credits that acknowledgements granted, in order. */
const grants = (effects: readonly Effect[]) => effects.flatMap((effect) => (effect.type === 'send' && effect.frame[0] === 7 ? [effect.frame[3]] : []));
const closes = (effects: readonly Effect[]) => effects.filter(({ type }) => type === 'close');

/** Sends and stores frames of a thousand rows until credits are withheld. */
function flood(stepper: Stepper): number {
  for (let seq = 1; ; seq += 1) {
    if (grants(stepper.data(seq, rows(1000))).includes(0)) return seq;
    stepper.stored({ live: seq });
  }
}

describe('a flood of samples from one controller', () => {
  it('loses its credits after a burst, and gets them back when its time is over', () => {
    const stepper = Stepper.in('active');
    expect(flood(stepper)).toBe(CONFIG.flow.samples.capacity / 1000 + 1);
    stepper.stored({ live: 101 });
    expect(grants(stepper.advance(199))).toEqual([]);
    expect(grants(stepper.advance(1))).toContain(CONFIG.credits);
    expect(closes(stepper.effects)).toEqual([]);
  });

  it('acknowledges what is stored meanwhile, without credits', () => {
    const stepper = Stepper.in('active');
    const last = flood(stepper);
    for (let seq = last + 1; seq <= last + 40; seq += 1) stepper.data(seq, rows(100));
    expect(grants(stepper.stored({ live: last + 40 }))).toEqual([0]);
  });

  it('may still send what was on its way, and is closed with the seconds to wait when it goes on', () => {
    const stepper = Stepper.in('active');
    const last = flood(stepper);
    stepper.stored({ live: last });
    stepper.advance(0);
    for (let seq = last + 1; seq <= last + CONFIG.credits; seq += 1) {
      expect(closes(stepper.data(seq, rows(1000)))).toEqual([]);
      stepper.stored({ live: seq });
    }
    const [close] = closes(stepper.data(last + CONFIG.credits + 1, rows(1000)));
    // 65,000 rows beyond the burst come back at 5,000 a second.
    expect(close).toMatchObject({ code: 4429, text: '14', reason: 'too_fast' });
  });

  it('does not keep its events from the store', () => {
    const stepper = Stepper.in('active');
    flood(stepper);
    expect(stepper.event(1).map(nameOf)).toContain('ingest');
    expect(closes(stepper.effects)).toEqual([]);
  });
});

it('a flood of events is closed with the seconds to wait', () => {
  const stepper = Stepper.in('active');
  let closed: Effect[] = [];
  for (let seq = 1; closed.length === 0; seq += 1) {
    closed = closes(stepper.frame({ kind: 'data', isEvent: true, streamId: 'events', seq, lane: 0, baseTs: stepper.now.wall, rows: rows(500) }));
    stepper.stored({ events: seq }, 'events');
  }
  expect(closed[0]).toMatchObject({ code: 4429, text: '1' });
});

describe('a flood of the site', () => {
  it('takes the credits of those who have a part in it, for as long as it lasts', () => {
    const stepper = Stepper.in('active');
    stepper.now = { ...stepper.now, heldBackMs: 3_000 };
    for (let seq = 1; seq <= 3; seq += 1) stepper.data(seq, rows(1000));
    expect(grants(stepper.effects).at(-1)).toBe(0);
    expect(grants(stepper.advance(3_000))).not.toContain(CONFIG.credits);
    stepper.now = { ...stepper.now, heldBackMs: 0 };
    expect(grants(stepper.advance(3_000)).at(-1)).toBe(CONFIG.credits);
  });

  it('leaves quiet neighbours alone', () => {
    const stepper = Stepper.in('active');
    stepper.now = { ...stepper.now, heldBackMs: 3_000 };
    stepper.data(1, rows(20));
    stepper.stored({ live: 1 });
    expect(grants(stepper.advance(CONFIG.ackAfterMs))).toEqual([CONFIG.credits]);
  });
});

describe('what sessions share', () => {
  const config = { site: { capacity: 100, perSecond: 10 }, maxKeptBytes: 1_000 };

  it('is the rate of one site: another one does not notice', () => {
    let now = 0;
    const shared = new GatewayFlow(config, () => now);
    const [one, neighbour, elsewhere] = [shared.of('a'), shared.of('a'), shared.of('b')];
    one.charge(150);
    expect([one.heldBackMs, neighbour.heldBackMs, elsewhere.heldBackMs]).toEqual([5_000, 5_000, 0]);
    now = 5_000;
    expect(neighbour.heldBackMs).toBe(0);
  });

  it('is the memory of the gateway: everybody waits while it is short', () => {
    const shared = new GatewayFlow(config, () => 0);
    const [one, other] = [shared.of('a'), shared.of('b')];
    one.keep(900);
    other.keep(200);
    expect([one.isCrowded, other.heldBackMs > 0, shared.kept]).toEqual([true, true, 1_100]);
    one.keep(-900);
    expect([other.isCrowded, other.heldBackMs]).toEqual([false, 0]);
  });
});
