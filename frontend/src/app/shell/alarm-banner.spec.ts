import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answering } from '../../testing/answering';
import { ALARM_ANSWERS, followAlarms } from '../../testing/alarm-console';
import type { AlarmFeed } from '../../testing/alarm-console';
import { anAlarm } from '../../testing/alarms';
import { prepareConsole, render, textOf } from '../../testing/console';
import { AlarmBanner } from './alarm-banner';

let page: Awaited<ReturnType<typeof render>>;
let feed: AlarmFeed;

async function show(...alarms: ReturnType<typeof anAlarm>[]): Promise<void> {
  await prepareConsole();
  answering(ALARM_ANSWERS);
  page = await render(AlarmBanner);
  feed = await followAlarms(alarms);
  await page.settle();
}
const tops = () => [...page.element.querySelectorAll('.alarm-top')];
const spoken = () => textOf(page.element.querySelector('[role=alert]'));

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the alarm banner', () => {
  it('counts by priority and shows the three most urgent unacknowledged ones as ways to them', async () => {
    await show(anAlarm(1, { priority: 3 }), anAlarm(2), anAlarm(3), anAlarm(4, { priority: 4 }), anAlarm(5, { priority: 1, state: 'ACKED', acked: true }));
    expect([...page.element.querySelectorAll('.count .value-text')].map(textOf)).toEqual(['1', '2', '1', '1']);
    expect(tops().map((top) => textOf(top.querySelector('.cut')))).toEqual(['3.3 Meeting Zone temperature high 3', '3.2 Meeting Zone temperature high 2', '3.1 Meeting Zone temperature high 1']);
    expect(tops()[0]?.getAttribute('href')).toBe(`/alarms/${anAlarm(3).id}/7`);
  });

  it('says so when nothing waits', async () => {
    await show(anAlarm(1, { state: 'ACKED', acked: true }));
    expect(textOf(page.element.querySelector('.alarm-none'))).toBe('Nothing to acknowledge');
  });

  it('blinks, all badges in step, only while something active is unacknowledged', async () => {
    await show(anAlarm(1));
    const isDark = () => document.documentElement.classList.contains('blink');
    const seen = [isDark()];
    for (let half = 0; half < 4; half++) {
      vi.advanceTimersByTime(500);
      seen.push(isDark());
    }
    expect(seen).toEqual([false, true, false, true, false]);
    vi.advanceTimersByTime(500);
    feed.delta([anAlarm(1, { state: 'ACKED', acked: true })]);
    await page.settle();
    vi.advanceTimersByTime(2000);
    expect(isDark()).toBe(false);
  });

  it('speaks new alarms of priority 1 and 2 only, and not those that were there', async () => {
    await show(anAlarm(1));
    expect(spoken()).toBe('');
    feed.delta([anAlarm(2, { priority: 3 })]);
    await page.settle();
    expect(spoken()).toBe('');
    feed.delta([anAlarm(3)]);
    await page.settle();
    expect(spoken()).toBe('Alarm, priority 2: 3.3 Meeting, Zone temperature high 3.');
  });

  it('sums a flood up, at most once in five seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'], shouldAdvanceTime: true });
    await show();
    feed.delta([anAlarm(1)]);
    await page.settle();
    const first = spoken();
    for (const n of [2, 3, 4]) feed.delta([anAlarm(n, { priority: n === 3 ? 1 : 2 })]);
    await page.settle();
    expect(spoken()).toBe(first);
    vi.advanceTimersByTime(5000);
    await page.settle();
    expect(spoken()).toBe('3 new alarms of priority 1 or 2. The most urgent: Alarm, priority 1: 3.3 Meeting, Zone temperature high 3.');
  });
});
