import { expect, it } from 'vitest';
import { isLate } from '../../src/session/late.js';
import { CONFIG, Stepper } from './stepper.js';

it.each(['pending', 'active'] as const)('a heartbeat of a %s session is late after one and a half, until anything valid comes', (phase) => {
  const stepper = Stepper.in(phase);
  stepper.advance(1.5 * CONFIG.heartbeatMs - 1);
  expect(isLate(stepper.state, CONFIG, stepper.now)).toBe(false);
  stepper.advance(1);
  expect(isLate(stepper.state, CONFIG, stepper.now)).toBe(true);
  expect(isLate(stepper.state, CONFIG, { ...stepper.now, isPaused: true })).toBe(false);
  stepper.frame({ kind: 'ping', n: 1, t: 2 });
  expect(isLate(stepper.state, CONFIG, stepper.now)).toBe(false);
});

it('a session that has not introduced itself is not late: it is cut off sooner', () => {
  const stepper = Stepper.in('awaitingHello');
  expect(isLate(stepper.state, CONFIG, { ...stepper.now, monotonic: stepper.now.monotonic + 10 * CONFIG.heartbeatMs })).toBe(false);
});
