import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answering, Refusal } from '../../../testing/answering';
import type { Call } from '../../../testing/answering';
import { aSetpoint } from '../../../testing/building';
import { goLive, prepareConsole, render, SESSION_ANSWERS, textOf, type } from '../../../testing/console';
import type { FakeSocket } from '../../../testing/fake-socket';
import { OverrideForm } from './override-form';

let page: Awaited<ReturnType<typeof render>>;
let socket: FakeSocket;
let calls: Call[];
let refusal: Refusal | null;
const detail = aSetpoint(1);
const path = `points/${detail.id}/overrides`;

beforeEach(async () => {
  await prepareConsole();
  refusal = null;
  calls = answering({ ...SESSION_ANSWERS, [`POST ${path}`]: () => refusal ?? { id: 'c' }, [`POST ${path}/release`]: { id: 'c' } });
  socket = await goLive();
  page = await render(OverrideForm, { detail, timeZone: 'UTC' });
});
afterEach(() => vi.unstubAllGlobals());

const value = () => page.element.querySelector('#override-value');
const button = (text: string) => [...page.element.querySelectorAll('button')].find((each) => textOf(each) === text);
const writes = () => calls.filter((call) => call.path.startsWith('points/'));

async function fill(text: string, reason = 'Visitors'): Promise<void> {
  type(value(), text);
  type(page.element.querySelector('#override-reason'), reason);
  await page.settle();
}

describe('the override form', () => {
  it('says what it will do before it does it', async () => {
    await fill('22.3');
    expect([...page.element.querySelectorAll('.effect p')].map(textOf)).toEqual([
      expect.stringMatching(/^Holds 22\.5 °C until .*\(2 h\), then lets go by itself\.$/),
      'The value was rounded to what the controller can hold.',
    ]);
    expect(textOf(page.element.querySelector('[data-testid=then]'))).toBe('then 20.0 °C, the default');
  });

  it('warns that a higher level masks it', async () => {
    const slots = detail.slots.map((slot) => (slot.level === 5 ? { ...slot, reported: { value: 18, commandId: null, until: null, at: '2026-11-23T12:00:00.000Z' } } : slot));
    page.set('detail', { ...detail, slots });
    await fill('22');
    expect(textOf(page.element)).toContain('Level 5 is higher and holds 18.0 °C: nothing will change while it does.');
  });

  it('sends value, duration and reason', async () => {
    await fill('22');
    button('Override at level 8')?.click();
    await vi.waitFor(() => expect(writes()).toHaveLength(1));
    expect(writes()[0]).toMatchObject({ method: 'POST', path, body: { value: 22, durationMs: 7_200_000, reason: 'Visitors' } });
  });

  it('is stepped by a thumb', async () => {
    await fill('22');
    page.element.querySelector<HTMLButtonElement>('[aria-label=More]')?.click();
    await page.settle();
    expect((value() as HTMLInputElement).value).toBe('22.5');
  });

  it.each([
    ['40', 'Visitors'],
    ['', 'Visitors'],
    ['22', '   '],
  ])('sends nothing for the value "%s" and the reason "%s"', async (text, reason) => {
    await fill(text, reason);
    expect(button('Override at level 8')?.disabled).toBe(true);
    page.element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await page.settle();
    expect(writes()).toEqual([]);
  });

  it('says what is wrong with a value', async () => {
    await fill('40');
    expect([textOf(page.element.querySelector('.complaint')), value()?.getAttribute('aria-invalid')]).toEqual(['The value lies outside the range.', 'true']);
  });

  it("shows the server's refusal in words", async () => {
    refusal = new Refusal(409, 'CONTROLLER_OFFLINE', 'VAV 1 went offline at 14:02, so nothing was sent');
    await fill('22');
    button('Override at level 8')?.click();
    await vi.waitFor(() => expect(textOf(page.element.querySelector('[role=alert]'))).toBe('VAV 1 went offline at 14:02, so nothing was sent.'));
  });

  it('is shut while the link is away', async () => {
    await fill('22');
    socket.receive('disconnect', 'transport close');
    await page.settle();
    expect(textOf(page.element.querySelector('[data-testid=blocked]'))).toContain('The link is not live');
    expect(button('Override at level 8')?.disabled).toBe(true);
  });

  it.each([
    [{ mayCommand: false, whyNot: 'Your role here is viewer.' }, 'Your role here is viewer.'],
    [{ controller: { id: 'c', name: 'VAV 1', link: 'offline' as const } }, 'VAV 1 is offline: a command would not arrive, and is never sent later.'],
    [{ controller: null }, 'No controller serves this point, so it cannot be commanded.'],
  ])('says why it is shut: %o', async (change, why) => {
    page.set('detail', { ...detail, ...change });
    await page.settle();
    expect(textOf(page.element.querySelector('[data-testid=blocked]'))).toBe(why);
  });

  it('releases only what is held', async () => {
    expect(button('Release')?.disabled).toBe(true);
    const slots = detail.slots.map((slot) => (slot.level === 8 ? { ...slot, reported: { value: 22, commandId: null, until: null, at: '2026-11-23T12:00:00.000Z' } } : slot));
    page.set('detail', { ...detail, slots });
    await page.settle();
    button('Release')?.click();
    await vi.waitFor(() => expect(writes()[0]).toMatchObject({ path: `${path}/release`, body: { reason: 'Released by the operator' } }));
  });
});
