import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refusal, answering } from '../../testing/answering';
import type { Call } from '../../testing/answering';
import { ME, SESSION_ANSWERS, prepareConsole, render, textOf, type } from '../../testing/console';
import { Session } from '../core/session';
import { Shortcuts } from '../core/shortcuts';
import { ConsoleSearch } from './console-search';

@Component({ selector: 'cp-nowhere', template: '' })
class Nowhere {}

const floor = { id: 'f3', name: 'Floor 3', level: 3, spaces: 1, zones: 1, points: 4, controllersOffline: 0 };
const sites = { items: [{ id: 's', name: 'Campus', timeZone: 'UTC', address: '', buildings: [{ id: 'b', name: 'House', floors: [floor], equipment: 1, points: 8, plantPoints: 3 }] }] };
const zones = ({ query }: Call) => ({ items: '3.12 meeting'.includes(query.get('search') ?? '') ? [{ id: 'z12', name: '3.12 Meeting', floor: { id: 'f3', name: 'Floor 3', level: 3 }, building: { id: 'b', name: 'House' } }] : [] });
const place = { site: { id: 's', name: 'Campus' }, building: { id: 'b', name: 'House' }, floor: { id: 'f3', name: 'Floor 3', level: 3 } };
const controllers = ({ query }: Call) => ({ items: query.get('search') === 'lc-3e' ? [{ ...place, id: 'c1', name: 'LC-3E', slot: 'AAAA', serial: null, model: '', link: 'offline', equipment: null }] : [], nextCursor: null });
const points = { items: [{ ...place, id: 'p1', label: 'Meeting temperature', kind: 'analog', unit: 'degC', states: null, value: 21.5, quality: 'GOOD', zone: null, equipment: null }], nextCursor: null };

async function search(answers: Record<string, unknown> = {}) {
  await prepareConsole([{ path: '**', component: Nowhere }]);
  const calls = answering({
    ...{ ...SESSION_ANSWERS, 'GET auth/me': { ...ME, permissions: ['building.read', 'controllers.read', 'overrides.read'] }, 'GET sites': sites },
    ...{ 'GET zones': zones, 'GET controllers': controllers, 'GET points': points, ...answers },
  });
  await TestBed.inject(Session).start();
  const view = await render(ConsoleSearch);
  document.body.append(view.element);
  const input = view.element.querySelector('input') as HTMLInputElement;
  const find = async (text: string) => {
    input.focus();
    type(input, text);
    await view.settle();
  };
  const press = async (key: string) => {
    input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    await view.settle();
  };
  return { ...view, calls, input, find, press };
}
const hits = (element: HTMLElement) => [...element.querySelectorAll('[role=option]')].map(textOf);

beforeEach(() => vi.useRealTimers());
afterEach(() => vi.unstubAllGlobals());

describe('the search', () => {
  it('finds zones, points, controllers and pages in one list of groups', async () => {
    const { element, find } = await search();
    await find('meeting');
    await vi.waitFor(() => expect(hits(element)).toEqual(['3.12 MeetingFloor 3, House', 'Meeting temperature21.5 °CHouse, Floor 3']));
    expect([...element.querySelectorAll('.found-group')].map(textOf)).toEqual(['Zones', 'Points']);
    await find('lc-3e');
    await vi.waitFor(() => expect(hits(element)).toContain('LC-3EOfflineFloor 3, House'));
    await find('overr');
    await vi.waitFor(() => expect(hits(element)).toContain('Overrides'));
    expect(hits(element).join()).not.toContain('Users');
  });

  it('goes with the keyboard alone to the zone on its floor', async () => {
    const { element, find, press } = await search();
    await find('floor 3');
    await vi.waitFor(() => expect(hits(element).length).toBeGreaterThan(0));
    await find('3.12');
    await vi.waitFor(() => expect(hits(element)[0]).toContain('3.12 Meeting'));
    await press('ArrowDown');
    await press('ArrowUp');
    await press('Enter');
    await vi.waitFor(() => expect(TestBed.inject(Router).url).toBe('/floors/f3?zone=z12'));
    expect(element.querySelector('.found')).toBeNull();
  });

  it('reads a few of each kind, and nothing before something is typed', async () => {
    const { calls, input, find, settle } = await search();
    const asked = () => calls.filter(({ path }) => ['zones', 'controllers', 'points'].includes(path) || path.includes('elevation')).map(({ path, query }) => `${path} ${query.get('search')}`);
    input.focus();
    await settle();
    expect(asked()).toEqual([]);
    await find('meeting');
    await vi.waitFor(() => expect(asked().sort()).toEqual(['controllers meeting', 'points meeting', 'zones meeting']));
    expect(calls.filter(({ query }) => query.has('search')).every(({ query }) => Number(query.get('limit')) <= 12)).toBe(true);
  });

  it('says what could not be searched', async () => {
    const { element, find } = await search({ 'GET controllers': new Refusal(503, 'OVERLOADED') });
    await find('meeting');
    await vi.waitFor(() => expect(textOf(element.querySelector('[role=status]'))).toContain('Not everything could be searched'));
  });

  it('says what was not found', async () => {
    const { element, find } = await search({ 'GET points': { items: [], nextCursor: null } });
    await find('xyzzy');
    await vi.waitFor(() => expect(textOf(element.querySelector('[role=status]'))).toContain('Nothing found for “xyzzy”'));
  });

  it('is reached with / unless single keys are off', async () => {
    const { input } = await search();
    const slash = () => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true }));
    slash();
    expect(document.activeElement).toBe(input);
    input.blur();
    TestBed.inject(Shortcuts).choose('off');
    slash();
    expect(document.activeElement).not.toBe(input);
    TestBed.inject(Shortcuts).choose('on');
  });
});
