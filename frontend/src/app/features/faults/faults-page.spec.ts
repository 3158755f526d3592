import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aPoint } from '../../../testing/building';
import { answering, Refusal } from '../../../testing/answering';
import type { Call } from '../../../testing/answering';
import { goLive, prepareConsole, render, SESSION_ANSWERS, textOf } from '../../../testing/console';
import { FaultsPage } from './faults-page';

const fault = (n: number, kind: string, target: string, value = 0) => ({
  ...aPoint(n, { value }),
  ...{ key: `Simulation-desk.${kind}.${target}`, label: `${kind} ${target}`, kind: 'binary', brickClass: 'Simulated_Fault_Command', writable: true },
});
const VALVE = fault(1, 'stuck-valve', 'VAV-3-2');
const USUAL = fault(2, 'stuck-valve', 'VAV-3-12');
const FAN = fault(3, 'fan-trip', 'AHU-2', 1);
const CUT = fault(4, 'gateway-cut', 'floor-4', 1);
const speed = { ...aPoint(5, {}), key: 'Simulation-desk.speed', brickClass: 'Simulation_Speed_Setpoint' };
const slot = {
  ...{ point: { id: FAN.id, name: FAN.label }, unit: null, site: FAN.site, building: FAN.building, floor: null, equipment: null, level: 8, value: 1 },
  ...{ by: 'Ada Okafor', reason: 'Practice', since: null, until: new Date(Date.now() + 600_000).toISOString(), commandId: null, isReported: true, isOverdue: false },
};

let calls: Call[];
let points: unknown[];
let refusal: Refusal | null;
beforeEach(async () => {
  await prepareConsole();
  refusal = null;
  points = [speed, VALVE, USUAL, FAN, CUT];
  calls = answering({
    ...SESSION_ANSWERS,
    'GET points': () => ({ items: points, nextCursor: null }),
    'GET overrides': { items: [slot], nextCursor: null },
    [`POST points/${USUAL.id}/overrides`]: () => refusal ?? { id: 'c' },
    [`POST points/${FAN.id}/overrides/release`]: { id: 'c' },
  });
  await goLive();
});
afterEach(() => vi.unstubAllGlobals());

async function open() {
  const page = await render(FaultsPage);
  await vi.waitFor(() => expect(page.element.querySelector('form, .state')).not.toBeNull());
  await page.settle();
  const rows = () => [...page.element.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('td')].slice(0, 3).map((cell) => textOf(cell)));
  return { ...page, rows };
}

describe('the page of faults', () => {
  it('lists what is wrong: who commanded it, or that it came by itself', async () => {
    const { rows } = await open();
    expect(rows()).toEqual([
      ['Supply fan trip', 'AHU-2', 'Ada Okafor Practice'],
      ['Network of a floor cut', 'Floor 4', '–'],
    ]);
  });

  it('begins a fault as an override with an end, at the usual place unless another is chosen', async () => {
    const { element, settle } = await open();
    expect(textOf(element.querySelector('#fault-means'))).toMatch(/^The valve stays wide open/);
    expect(element.querySelector<HTMLSelectElement>('#fault-target')?.value).toBe('VAV-3-12');
    element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await vi.waitFor(() => expect(calls.find(({ method, path }) => method === 'POST' && path.startsWith('points/'))?.body).toEqual({ value: 1, durationMs: 600_000, reason: 'Fault for practice' }));
    await settle();
  });

  it('says why a fault was refused', async () => {
    refusal = new Refusal(409, 'CONTROLLER_OFFLINE', 'The simulation desk is offline.');
    const { element } = await open();
    element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await vi.waitFor(() => expect(textOf(element.querySelector('[role="alert"]'))).toContain('The simulation desk is offline.'));
  });

  it('ends what somebody began, and leaves alone what passes by itself', async () => {
    const { element } = await open();
    const ends = [...element.querySelectorAll<HTMLButtonElement>('tbody button')];
    expect(ends.map((button) => button.getAttribute('aria-label'))).toEqual(['End: Supply fan trip, AHU-2']);
    ends[0]?.click();
    await vi.waitFor(() => expect(calls.some(({ path }) => path === `points/${FAN.id}/overrides/release`)).toBe(true));
  });

  it('says so where there is no simulated building', async () => {
    points = [];
    const { element } = await open();
    expect(textOf(element.querySelector('.state'))).toContain('There is no simulated building here');
  });
});
