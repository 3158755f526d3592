import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ALARM_ANSWERS, followAlarms } from '../../../testing/alarm-console';
import type { AlarmFeed } from '../../../testing/alarm-console';
import { anAlarm } from '../../../testing/alarms';
import { answering } from '../../../testing/answering';
import { ME, prepareConsole, render, textOf } from '../../../testing/console';
import { anElevation } from '../../../testing/elevation';
import { Overview } from './overview';

const floors = [{ id: 'f3', name: 'Floor 3 Offices', level: 3, spaces: 4, zones: 4, points: 12, controllersOffline: 3 }];
const sites = { items: [{ id: 's', name: 'Campus', timeZone: 'UTC', address: '', buildings: [{ id: 'b', name: 'Cupola House', floors, equipment: 4, points: 12, plantPoints: 0 }] }] };
const history = { from: '2026-11-23T08:00:00.000Z', stepMs: 300_000, floors: [{ id: 'f3', meters: 2, kilowatts: [10, 11, null, 12, 13] }], building: { meters: 4, kilowatts: [] } };
let feed: AlarmFeed;
let elevation: ReturnType<typeof anElevation>;

async function open(): Promise<Awaited<ReturnType<typeof render>>> {
  const page = await render(Overview);
  await vi.waitFor(() => expect(page.element.querySelector('.rung')).not.toBeNull());
  await page.settle();
  return page;
}

beforeEach(async () => {
  await prepareConsole();
  elevation = anElevation();
  answering({ ...ALARM_ANSWERS, 'GET auth/me': { ...ME, permissions: [...ME.permissions, 'alarms.read', 'overrides.read'] }, 'GET sites': sites, 'GET buildings/b/elevation': () => elevation, 'GET buildings/b/power': history, 'GET overrides': { items: [], nextCursor: null } });
  feed = await followAlarms([anAlarm(1, { floor: { id: 'f3', name: 'Floor 3', level: 3 }, zone: { id: 'z1', name: '3.01 Office' } })]);
});
afterEach(() => vi.unstubAllGlobals());

const tile = (page: { element: HTMLElement }, at: number) => [...(page.element.querySelectorAll('.tile')[at]?.children ?? [])].map(textOf).join(' | ');
const cells = (page: { element: HTMLElement }) => [...page.element.querySelectorAll('.cell')];

describe('the overview', () => {
  it('counts a zone that is not known as not comfortable, and says so', async () => {
    const page = await open();
    expect(tile(page, 0)).toBe('Comfort | 33% of zones in band | 1 of 3 zones, 1 not known');
  });

  it('draws every zone with its deviation, in colour only where an alarm is, hatched where nothing is known', async () => {
    const page = await open();
    expect(cells(page).map((cell) => [cell.classList.contains('hatched'), cell.classList.contains('alarm2'), cell.querySelector('b') !== null])).toEqual([
      [false, true, true],
      [false, false, true],
      [true, false, false],
      [true, false, false],
    ]);
    expect(cells(page)[0]?.getAttribute('title')).toBe('3.01 Office: 24.8 °C, set 21.5, Zone temperature high 1');
  });

  it('sums a floor up in figures that leave out what is not known', async () => {
    const page = await open();
    const row = textOf(page.element.querySelector('.rung'));
    expect(row).toContain('22.6°C');
    expect(row).toContain('640ppm');
    expect(row).toContain('100%');
    expect(row).toContain('12.4kW');
    expect(row).toContain('3 offline');
    expect(page.element.querySelectorAll('.power-line path')).toHaveLength(2);
  });

  it('tells weather, power with its meters, controllers and the alarm rate', async () => {
    const page = await open();
    expect(textOf(page.element.querySelector('.page-head'))).toContain('outside 4.2 °C, 61 % humidity');
    expect([1, 2, 3, 4].map((at) => tile(page, at))).toEqual([
      'Power now | 184kW | from 3 of 4 meters',
      'Controllers | 118of 121 live | 3 on Floor 3 Offices',
      'Alarm rate | 4in the last hour | acceptable is 6',
      'Overrides | 0active | nothing is overridden',
    ]);
  });

  it('calls nothing comfortable or measured where there is nothing to say so', async () => {
    elevation = anElevation({ floors: [], outside: { temperature: null, humidity: null }, power: { kilowatts: null, known: 0, meters: 0 }, controllers: { live: 0, all: 0 } });
    const page = await open();
    expect([tile(page, 0), tile(page, 1), tile(page, 2)]).toEqual(['Comfort | –% of zones in band | no zone has a setpoint', 'Power now | –kW | no power meter', 'Controllers | 0of 0 live | none registered']);
    expect(textOf(page.element.querySelector('.rung'))).toContain('no zones');
  });

  it('hatches everything when the link is lost', async () => {
    const page = await open();
    expect(page.element.querySelector('.elevation')?.classList.contains('not-live')).toBe(false);
    feed.socket.receive('disconnect', 'transport close');
    await page.settle();
    expect(page.element.querySelector('.elevation')?.classList.contains('not-live')).toBe(true);
  });
});
