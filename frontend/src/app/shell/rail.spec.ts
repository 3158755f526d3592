import { TestBed } from '@angular/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ALARM_ANSWERS, followAlarms } from '../../testing/alarm-console';
import { anAlarm } from '../../testing/alarms';
import { answering } from '../../testing/answering';
import { aPoint } from '../../testing/building';
import { ME, prepareConsole, render, SESSION_ANSWERS, textOf } from '../../testing/console';
import { Session } from '../core/session';
import { Rail } from './rail';

afterEach(() => vi.unstubAllGlobals());

const floors = [1, 2].map((level) => ({ id: `f${level}`, name: `Floor ${level}`, level, spaces: 1, zones: 1, points: 4, controllersOffline: level === 1 ? 2 : 0 }));
const sites = { items: [{ id: 's', name: 'Campus', timeZone: 'UTC', address: '', buildings: [{ id: 'b', name: 'BLDG1', floors, equipment: 1, points: 8, plantPoints: 3 }] }] };

async function linksOf(permissions: string[], more: Record<string, unknown> = {}): Promise<string[]> {
  await prepareConsole();
  answering({ ...SESSION_ANSWERS, 'GET auth/me': { ...ME, permissions }, 'GET sites': sites, ...more });
  await TestBed.inject(Session).start();
  const { element, settle } = await render(Rail);
  await vi.waitFor(() => expect(element.querySelector('.floors')).not.toBeNull());
  await settle();
  return [...element.querySelectorAll('a')].map((link) => textOf(link));
}

describe('the rail', () => {
  it('shows only the pages that a person may open, then the floors from the top down', async () => {
    expect(await linksOf(['building.read'])).toEqual(['Overview', 'Floors', '2Floor 2', '1Floor 12', 'Plant and meters']);
  });

  it('shows an administrator everything', async () => {
    const links = await linksOf(['building.read', 'overrides.read', 'controllers.read', 'users.read', 'building.import']);
    expect(links.slice(0, 6)).toEqual(['Overview', 'Floors', 'Overrides', 'Controllers', 'Users', 'Import']);
  });

  it('has a sheet for a phone with the pages after the fourth and the floors, which closes behind who leaves by it', async () => {
    await prepareConsole([{ path: '**', component: Rail }]);
    answering({ ...SESSION_ANSWERS, 'GET auth/me': { ...ME, permissions: ['building.read', 'alarms.read', 'overrides.read', 'controllers.read', 'users.read'] }, 'GET sites': sites });
    await TestBed.inject(Session).start();
    const { element, settle } = await render(Rail);
    const sheet = element.querySelector('#more-pages') as HTMLElement;
    expect(element.querySelector('.rail-more')?.getAttribute('popovertarget')).toBe('more-pages');
    sheet.dispatchEvent(Object.assign(new Event('toggle'), { newState: 'open' }));
    await vi.waitFor(() => expect([...sheet.querySelectorAll('a')].map(textOf)).toEqual(['Controllers', 'Users', '2Floor 2', '1Floor 12', 'Plant and meters']));
    const hide = vi.fn();
    sheet.hidePopover = hide;
    sheet.querySelector('a')?.click();
    await vi.waitFor(() => expect(hide).toHaveBeenCalledOnce());
    sheet.dispatchEvent(Object.assign(new Event('toggle'), { newState: 'closed' }));
    await settle();
    expect(sheet.querySelector('a')).toBeNull();
  });

  it('leads to the faults of a simulated building where there is one, and who may command it', async () => {
    const desk = { 'GET points': { items: [{ ...aPoint(1, {}), brickClass: 'Simulation_Speed_Setpoint' }], nextCursor: null } };
    expect(await linksOf(['building.read', 'points.command'], desk)).toContain('Faults');
    TestBed.resetTestingModule();
    expect(await linksOf(['building.read', 'points.command'], { 'GET points': { items: [], nextCursor: null } })).not.toContain('Faults');
    TestBed.resetTestingModule();
    expect(await linksOf(['building.read'], desk)).not.toContain('Faults');
  });

  it('counts the alarms, and marks each floor with its most urgent one', async () => {
    await prepareConsole();
    answering({ ...ALARM_ANSWERS, 'GET sites': sites });
    const floor = (n: number) => ({ id: `f${n}`, name: `Floor ${n}`, level: n });
    await followAlarms([anAlarm(1, { floor: floor(1), priority: 1, state: 'ACKED', acked: true }), anAlarm(2, { floor: floor(1), priority: 3 }), anAlarm(3, { floor: floor(2), state: 'DSUPR' })]);
    const { element, settle } = await render(Rail);
    await vi.waitFor(() => expect(element.querySelector('.floors')).not.toBeNull());
    await settle();
    expect(textOf(element.querySelector('a[href="/alarms"]'))).toBe('Alarms2');
    expect([...element.querySelectorAll('.rail-alarm')].map((mark) => textOf(mark))).toEqual(['32 alarms, Priority 3']);
  });
});
