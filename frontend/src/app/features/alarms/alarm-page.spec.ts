import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { Alarm } from '@cupola/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answering, Refusal } from '../../../testing/answering';
import type { Call } from '../../../testing/answering';
import { ALARM_ANSWERS, followAlarms } from '../../../testing/alarm-console';
import type { AlarmFeed } from '../../../testing/alarm-console';
import { aLine, anAlarm } from '../../../testing/alarms';
import { aSetpoint } from '../../../testing/building';
import { prepareConsole, textOf, type } from '../../../testing/console';
import { Shortcuts } from '../../core/shortcuts';
import { routes } from './alarms.routes';

let harness: RouterTestingHarness;
let element: HTMLElement;
let feed: AlarmFeed;
let calls: Call[];
let answers: Record<string, unknown>;

async function show(alarms: readonly Alarm[], at = '/alarms'): Promise<void> {
  await prepareConsole([{ path: 'alarms', children: routes }]);
  calls = answering(answers);
  feed = await followAlarms(alarms);
  harness = await RouterTestingHarness.create(at);
  element = harness.fixture.nativeElement as HTMLElement;
  await settle();
}
const settle = () => harness.fixture.whenStable();
const rows = () => [...element.querySelectorAll<HTMLElement>('.alarm-row')];
const names = () => rows().map((row) => textOf(row.querySelector('.alarm-what a')).replace('Zone temperature high ', ''));
const button = (text: string, inside: ParentNode = element) => [...inside.querySelectorAll('button')].find((each) => textOf(each) === text);
const detail = () => element.querySelector('cp-alarm-detail') ?? element;
const writes = () => calls.filter(({ method, path }) => method === 'POST' && path.startsWith('alarms'));
const box = () => element.querySelector('.table-box');
async function press(key: string): Promise<void> {
  (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  await settle();
}

beforeEach(() => {
  answers = { ...ALARM_ANSWERS, [`GET alarms/${anAlarm(1).id}`]: { ...anAlarm(1), journal: [aLine(90, anAlarm(1))], occurrences: [{ occurrence: 6, from: '2026-11-21T12:00:00.000Z', to: '2026-11-21T12:41:00.000Z', ackedAt: '2026-11-21T12:02:00.000Z', ackedBy: 'Ben' }] } };
});
afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

describe('the alarm list', () => {
  it('says in each row what is wrong, where, since when and against which limit', async () => {
    await show([anAlarm(1, { state: 'ACKED', acked: true, ackedBy: 'Ada Okafor' })]);
    const row = rows()[0];
    expect(textOf(row?.querySelector('.alarm-state'))).toBe('ACKED');
    for (const part of ['Priority 1', '3.1 Meeting', '24.8 / 24.5 °C', 'You']) expect(textOf(row)).toContain(part.replace('Priority 1', 'Priority 2'));
  });

  it('tells that nothing is wrong', async () => {
    await show([]);
    expect(textOf(element.querySelector('.state h2'))).toBe('Nothing is wrong');
    expect(button('Acknowledge page')).toBeUndefined();
  });

  it('has few of 10,000 rows in the document and accounts for all of them', async () => {
    await show(Array.from({ length: 10_000 }, (_, n) => anAlarm(n)));
    expect(rows().length).toBeLessThan(60);
    expect(element.querySelector('table')?.getAttribute('aria-rowcount')).toBe('10001');
  });

  it.each(['pointerenter', 'focusin'])('does not move while it is held (%s), and says what came meanwhile', async (hold) => {
    await show([anAlarm(1), anAlarm(2)]);
    box()?.dispatchEvent(Object.assign(new Event(hold), { pointerType: 'mouse' }));
    feed.delta([anAlarm(3), anAlarm(4)]);
    feed.delta([anAlarm(2, { state: 'NORM', active: false, acked: true })]);
    await settle();
    expect([names(), textOf(rows()[0]?.querySelector('.alarm-state'))]).toEqual([['2', '1'], 'NORMAL']);
    button('2 new: show them')?.click();
    await settle();
    expect(names()).toEqual(['4', '3', '1']);
  });

  it('follows by itself once nobody holds it', async () => {
    await show([anAlarm(1)]);
    box()?.dispatchEvent(Object.assign(new Event('pointerenter'), { pointerType: 'mouse' }));
    feed.delta([anAlarm(2)]);
    await settle();
    box()?.dispatchEvent(new Event('pointerleave'));
    await settle();
    expect([names(), element.querySelector('.alarm-behind')]).toEqual([['2', '1'], null]);
  });

  it('is walked by J and K behind one tab stop, opened with Enter', async () => {
    await show([anAlarm(1), anAlarm(2), anAlarm(3)]);
    expect(element.querySelectorAll('.alarm-row[tabindex="0"]')).toHaveLength(1);
    for (const key of ['j', 'j', 'ArrowDown', 'k', 'j']) await press(key);
    expect(document.activeElement?.id).toBe(`alarm-${anAlarm(1).id}`);
    await press('Enter');
    await vi.waitFor(() => expect(TestBed.inject(Router).url).toBe(`/alarms/${anAlarm(1).id}/7`));
  });

  it('has no single keys when they are turned off', async () => {
    await show([anAlarm(1)]);
    TestBed.inject(Shortcuts).choose('off');
    await press('j');
    await press('a');
    expect([document.activeElement === document.body, element.querySelector('dialog')]).toEqual([true, null]);
  });
});

describe('acknowledging', () => {
  it('asks before it writes, and names the occurrence that was on screen', async () => {
    answers[`POST alarms/${anAlarm(1).id}/acknowledge`] = {};
    await show([anAlarm(1)]);
    await press('j');
    await press('a');
    expect([writes(), textOf(element.querySelector('dialog'))]).toEqual([[], expect.stringContaining('3.1 Meeting Zone temperature high 1')]);
    feed.delta([anAlarm(1, { occurrence: 8 })]);
    type(element.querySelector('#acknowledge-comment'), 'Window was open');
    element.querySelector('dialog form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await vi.waitFor(() => expect(writes()).toMatchObject([{ path: `alarms/${anAlarm(1).id}/acknowledge`, body: { occurrence: 7, comment: 'Window was open' } }]));
    await vi.waitFor(() => expect(textOf(element.querySelector('.alarm-outcome'))).toBe('3.1 Meeting: acknowledged.'));
  });

  it('is asked for on the card itself, and only where somebody has to', async () => {
    await show([anAlarm(1), anAlarm(2, { state: 'ACKED', acked: true })]);
    const cards = rows().map((row) => row.querySelector<HTMLButtonElement>('.card-act button'));
    expect([textOf(cards[0]), cards[1]]).toEqual(['Acknowledge', null]);
    cards[0]?.click();
    await settle();
    expect([writes(), TestBed.inject(Router).url, textOf(element.querySelector('dialog'))]).toEqual([[], '/alarms', expect.stringContaining('3.1 Meeting Zone temperature high 1')]);
  });

  it('says in words that the alarm came again, and that nothing was acknowledged', async () => {
    answers[`POST alarms/${anAlarm(1).id}/acknowledge`] = new Refusal(409, 'STALE_OCCURRENCE');
    await show([anAlarm(1)], `/alarms/${anAlarm(1).id}`);
    button('Acknowledge', detail())?.click();
    await vi.waitFor(() => expect(textOf(element.querySelector('[role=alert]'))).toContain('It has come again since you looked, so nothing was acknowledged.'));
  });

  it('acknowledges the visible page, and says which ones moved on', async () => {
    answers['POST alarms/acknowledge'] = { outcomes: [{ id: anAlarm(2).id, ok: true, code: null, detail: null }, { id: anAlarm(1).id, ok: false, code: 'STALE_OCCURRENCE', detail: null }] };
    await show([anAlarm(1), anAlarm(2), anAlarm(3, { state: 'ACKED', acked: true })]);
    button('Acknowledge page')?.click();
    await settle();
    element.querySelector('dialog form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await vi.waitFor(() => expect(writes()[0]?.body).toEqual({ alarms: [2, 1].map((n) => ({ id: anAlarm(n).id, occurrence: 7 })) }));
    await vi.waitFor(() => expect(textOf(element.querySelector('.note.bad'))).toContain('3.1 Meeting, Zone temperature high 1: It has come again'));
    expect(textOf(element.querySelector('.alarm-outcome'))).toBe('1 alarm acknowledged.');
  });

  it('is shut while the link is away, with what was known still there', async () => {
    await show([anAlarm(1)], `/alarms/${anAlarm(1).id}`);
    feed.socket.receive('disconnect', 'transport close');
    await settle();
    expect([button('Acknowledge', detail())?.disabled, button('Acknowledge page')?.disabled, rows().length]).toEqual([true, true, 1]);
    expect(textOf(element)).toContain('The link is not live: nothing can be acknowledged.');
  });
});

describe('one alarm', () => {
  it('says what it means, what to do, and what happened before', async () => {
    await show([anAlarm(1)], `/alarms/${anAlarm(1).id}`);
    await vi.waitFor(() => expect(element.querySelector('.occurrences')).not.toBeNull());
    const text = textOf(element.querySelector('cp-alarm-detail'));
    for (const part of ['above 24.5 °C, deadband 0.5 °C', 'Comfort lost', 'Check the damper', '30 min, over for', '41 min', 'after 2 min', 'Raised']) expect(text).toContain(part);
  });

  it('is read again when its journal grows', async () => {
    await show([anAlarm(1)], `/alarms/${anAlarm(1).id}`);
    const reads = () => calls.filter(({ path }) => path === `alarms/${anAlarm(1).id}`).length;
    await vi.waitFor(() => expect(reads()).toBe(1));
    feed.delta([anAlarm(1)], [aLine(101, anAlarm(1), { fact: 'COMMENTED', text: 'On my way' })]);
    await settle();
    await vi.waitFor(() => expect(reads()).toBe(2));
  });

  it('offers the reset of what is latched and acknowledged only', async () => {
    await show([anAlarm(1, { latched: true })], `/alarms/${anAlarm(1).id}`);
    expect(button('Reset')).toBeUndefined();
    feed.delta([anAlarm(1, { latched: true, acked: true, state: 'LATCHED_RTN' })]);
    await settle();
    expect(button('Reset')).toBeDefined();
  });
});

describe('one occurrence', () => {
  const path = `alarms/${anAlarm(1).id}/occurrences`;
  const lines = [aLine(90, anAlarm(1), { occurrence: 5 }), aLine(91, anAlarm(1), { occurrence: 5, fact: 'ACKNOWLEDGED', by: 'Ben' }), aLine(92, anAlarm(1), { occurrence: 5, fact: 'CLEARED' })];
  const over = { occurrence: 5, from: '2026-11-21T12:00:00.000Z', to: '2026-11-21T12:41:00.000Z', ackedAt: '2026-11-21T12:02:00.000Z', ackedBy: 'Ben', alarm: anAlarm(1), journal: lines };

  it('that is over is told from the journal beside the list, and leads to what is now', async () => {
    answers[`GET ${path}/5`] = over;
    await show([anAlarm(1)], `/alarms/${anAlarm(1).id}/5`);
    await vi.waitFor(() => expect(textOf(element.querySelector('cp-past-occurrence h2'))).toBe('Zone temperature high 1'));
    const text = textOf(element.querySelector('cp-past-occurrence'));
    for (const part of ['Occurrence 5 is over.', '41 min', 'Ben, after 2 min', 'Returned to normal', 'Check the damper']) expect(text).toContain(part);
    expect([rows().length, button('Acknowledge', element.querySelector('aside') ?? element)]).toEqual([1, undefined]);
    element.querySelector<HTMLAnchorElement>('cp-past-occurrence .note a')?.click();
    await vi.waitFor(() => expect(element.querySelector('cp-alarm-detail h2')).not.toBeNull());
  });

  it('that is over shows how the value ran around it, with the limit and the moments that count', async () => {
    const point = anAlarm(1).point?.id ?? '';
    answers[`GET ${path}/5`] = over;
    answers[`GET points/${point}`] = aSetpoint(1, { id: point, unit: 'degC' });
    answers[`GET points/${point}/samples`] = { samples: [11.5, 12, 12.5, 13].map((hour, n) => [new Date(Date.UTC(2026, 10, 21) + hour * 3_600_000).toISOString(), 23 + n, 'GOOD']), nextCursor: null };
    await show([anAlarm(1)], `/alarms/${anAlarm(1).id}/5`);
    await vi.waitFor(() => expect(element.querySelector('cp-occurrence-trend svg')).not.toBeNull());
    const asked = calls.find(({ path: at }) => at === `points/${point}/samples`);
    expect([asked?.query.get('from'), asked?.query.get('to')]).toEqual(['2026-11-21T11:00:00.000Z', '2026-11-21T13:11:00.000Z']);
    const trend = element.querySelector('cp-occurrence-trend');
    expect([trend?.querySelectorAll('svg .mark'), trend?.querySelectorAll('svg .limit'), trend?.querySelectorAll('svg .trend')].map((found) => found?.length)).toEqual([3, 1, 1]);
    for (const part of ['Raised', 'Acknowledged', 'Returned', 'Limit now 24.5 °C', '23.0 °C to 26.0 °C']) expect(textOf(trend)).toContain(part);
  });

  it('whose samples are gone says so', async () => {
    const point = anAlarm(1).point?.id ?? '';
    Object.assign(answers, { [`GET ${path}/5`]: over, [`GET points/${point}`]: aSetpoint(1, { id: point, unit: 'degC' }), [`GET points/${point}/samples`]: { samples: [], nextCursor: null } });
    await show([anAlarm(1)], `/alarms/${anAlarm(1).id}/5`);
    await vi.waitFor(() => expect(textOf(element.querySelector('cp-occurrence-trend'))).toBe('No samples are kept of that time.'));
  });

  it('that is the present one can be acted on, and is over once it is normal', async () => {
    answers[`GET ${path}/7`] = { ...over, occurrence: 7, alarm: anAlarm(1, { state: 'NORM' }) };
    await show([anAlarm(1)], `/alarms/${anAlarm(1).id}/7`);
    expect(button('Acknowledge', detail())?.disabled).toBe(false);
    feed.delta([anAlarm(1, { state: 'NORM', active: false, acked: true })]);
    await vi.waitFor(() => expect(textOf(element.querySelector('cp-past-occurrence'))).toContain('Occurrence 7 is over.'));
  });

  it.each([`/alarms/${anAlarm(1).id}/99`, '/alarms/nonsense/1'])('that does not exist is said clearly: %s', async (address) => {
    await show([anAlarm(1)], address);
    await vi.waitFor(() => expect(textOf(element.querySelector('aside h2'))).toBe('No such alarm'));
    button('To the alarms')?.click();
    await vi.waitFor(() => expect([TestBed.inject(Router).url, element.querySelector('aside')]).toEqual(['/alarms', null]));
  });

  it('has its link copied, or shown where the browser keeps the clipboard to itself', async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } });
    await show([anAlarm(1)], `/alarms/${anAlarm(1).id}`);
    const copy = () => element.querySelector<HTMLButtonElement>('[aria-label="Copy the link"]')?.click();
    copy();
    const address = new URL(`/alarms/${anAlarm(1).id}/7`, document.baseURI).href;
    await vi.waitFor(() => expect(textOf(element.querySelector('.copied'))).toBe('Copied'));
    expect(writeText).toHaveBeenCalledExactlyOnceWith(address);
    writeText.mockRejectedValue(new Error('forbidden'));
    copy();
    await vi.waitFor(() => expect(element.querySelector<HTMLInputElement>('.address')?.value).toBe(address));
  });

  it('is what a line of the history leads to', async () => {
    answers['GET alarms/journal'] = ({ query }: Call) => ({ items: query.get('limit') === '1' ? [] : lines, head: 92 });
    answers[`GET ${path}/5`] = over;
    await show([anAlarm(1)], '/alarms?tab=history');
    await vi.waitFor(() => expect(rows()).toHaveLength(3));
    rows()[0]?.querySelector<HTMLButtonElement>('.hide-s button')?.click();
    await vi.waitFor(() => expect(TestBed.inject(Router).url).toBe(`/alarms/${anAlarm(1).id}/5?tab=history`));
  });
});

describe('the history', () => {
  it('shows the journal newest first, with what is heard meanwhile on top', async () => {
    answers['GET alarms/journal'] = ({ query }: Call) => ({ items: query.get('limit') === '1' ? [] : [aLine(90, anAlarm(1)), aLine(91, anAlarm(1), { fact: 'ACKNOWLEDGED', by: 'Ada Okafor' })], head: 91 });
    await show([anAlarm(1)], '/alarms?tab=history');
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    feed.delta([anAlarm(1)], [aLine(101, anAlarm(1), { fact: 'COMMENTED', by: 'Ben', text: 'On my way' })]);
    await settle();
    expect(rows().map((row) => textOf(row.querySelectorAll('td')[1]?.querySelector('div')))).toEqual(['Comment', 'Acknowledged', 'Raised']);
    expect(textOf(rows()[0])).toContain('Ben, On my way');
  });
});
