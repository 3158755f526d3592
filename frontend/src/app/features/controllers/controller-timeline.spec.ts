import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TimelineEntry } from '@cupola/contracts';
import { TIMELINE_KINDS } from '@cupola/domain';
import { Refusal, answering } from '../../../testing/answering';
import type { Call } from '../../../testing/answering';
import { SESSION_ANSWERS, goLive, prepareConsole, render, textOf } from '../../../testing/console';
import { Words } from '../../core/words';
import { ControllerTimeline } from './controller-timeline';
import { TIMELINE_GROUPS } from './timeline-groups';
import { TimelineWords } from './timeline-words';

function entry(id: number, kind: TimelineEntry['kind'], more: Partial<TimelineEntry> = {}): TimelineEntry {
  const at = new Date(Date.UTC(2026, 10, 24, 12, id)).toISOString();
  return { id, at, until: at, count: 1, kind, text: 'English for integrators.', next: '', facts: {}, ...more };
}

let pages: Record<string, { items: TimelineEntry[]; nextCursor: string | null }>;
let calls: Call[];

async function show() {
  calls = answering({ ...SESSION_ANSWERS, 'GET controllers/c/timeline': (call: Call) => pages[call.query.get('before') ?? 'first'] ?? new Refusal(503, 'OVERLOADED') });
  await goLive();
  const view = await render(ControllerTimeline, { controllerId: 'c', revision: '1', zone: 'UTC' });
  await vi.waitFor(() => expect(view.element.querySelector('.happened')).not.toBeNull());
  await view.settle();
  return view;
}
const linesOf = (element: HTMLElement) => [...element.querySelectorAll('.happened li > div')].map(textOf);

beforeEach(async () => {
  await prepareConsole();
  pages = {
    first: {
      items: [
        entry(9, 'heartbeat_lost'),
        entry(8, 'ticket_issued', { count: 14, until: new Date(Date.UTC(2026, 10, 24, 14, 2)).toISOString(), facts: { address: '10.0.0.7' } }),
        entry(7, 'ticket_refused', { facts: { why: 'replayed', address: '10.0.0.9' } }),
      ],
      nextCursor: '7',
    },
    '7': { items: [entry(3, 'registered', { facts: { person: 'ada' } })], nextCursor: null },
  };
});
afterEach(() => vi.unstubAllGlobals());

describe('the timeline of a controller', () => {
  it('tells what happened in words, repetitions in one line, trouble marked', async () => {
    const { element } = await show();
    const [lost, ticket, refused] = linesOf(element);
    expect(lost).toBe('Heartbeat lost: it stopped answering');
    expect(ticket).toMatch(/^Got a ticket for a connection, 14 times until .*14:02:00 ?from 10\.0\.0\.7$/);
    expect(refused).toMatch(/^A ticket was presented a second time and refused ?from 10\.0\.0\.9$/);
    expect([...element.querySelectorAll('.happened li')].map((line) => line.classList.contains('trouble'))).toEqual([true, false, true]);
  });

  it('shows earlier entries below, and keeps them when the newest are read again', async () => {
    const view = await show();
    view.element.querySelector<HTMLButtonElement>('button.small')?.click();
    await vi.waitFor(() => expect(linesOf(view.element)).toHaveLength(4));
    expect(view.element.querySelector('button.small')).toBeNull();
    pages['first']?.items.unshift(entry(10, 'connected'));
    view.set('revision', '2');
    await vi.waitFor(() => expect(linesOf(view.element)[0]).toBe('Connected'));
    expect(linesOf(view.element)).toHaveLength(5);
  });

  it('is narrowed to what a technician looks for', async () => {
    const { element } = await show();
    [...element.querySelectorAll<HTMLButtonElement>('.seg button')].at(-1)?.click();
    await vi.waitFor(() => expect(calls.some(({ query }) => query.get('kind') === TIMELINE_GROUPS.samples.join())).toBe(true));
  });

  it('folds a controller that came and went, and shows each on demand', async () => {
    const items = Array.from({ length: 8 }, (_, n) => entry(20 - n, n % 2 ? 'connection_lost' : 'connected'));
    pages['first'] = { items, nextCursor: null };
    const { element, settle } = await show();
    expect(linesOf(element)).toHaveLength(1);
    expect(linesOf(element)[0]).toMatch(/^Connected and lost 4 times between .*12:13:00 and .*12:20:00/);
    element.querySelector<HTMLButtonElement>('.unfold')?.click();
    await settle();
    expect(linesOf(element)).toHaveLength(9);
    expect(element.querySelector('.unfold')?.getAttribute('aria-expanded')).toBe('true');
    element.querySelector<HTMLButtonElement>('.unfold')?.click();
    await settle();
    expect(linesOf(element)).toHaveLength(1);
  });

  it('says when earlier entries could not be read, and what to do', async () => {
    delete pages['7'];
    const { element } = await show();
    element.querySelector<HTMLButtonElement>('button.small')?.click();
    await vi.waitFor(() => expect(textOf(element)).toContain('The server is busy'));
  });

  it('follows the language, and has words for every kind', async () => {
    const { element, settle } = await show();
    await TestBed.inject(Words).choose('de');
    await settle();
    expect(linesOf(element)[2]).toMatch(/^Ein Ticket wurde zum zweiten Mal vorgelegt und abgelehnt ?von 10\.0\.0\.9$/);
    for (const kind of TIMELINE_KINDS) expect(TestBed.inject(TimelineWords).what(entry(1, kind)), kind).toMatch(/^[A-ZÄÖÜ]/);
  });

  it('finds every kind in some group', () => {
    const grouped = new Set<string>(Object.values(TIMELINE_GROUPS).flat());
    expect(TIMELINE_KINDS.filter((kind) => !grouped.has(kind))).toEqual(['never_claimed', 'never_connected']);
  });
});
