import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ForcedSlot } from '@cupola/contracts';
import { Refusal, answering } from '../../../testing/answering';
import type { Call } from '../../../testing/answering';
import { ME, SESSION_ANSWERS, goLive, prepareConsole, render, textOf, type } from '../../../testing/console';
import { OverrideRegister } from './override-register';

const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toISOString();

function slot(n: number, more: Partial<ForcedSlot> = {}): ForcedSlot {
  return {
    ...{ point: { id: `p${n}`, name: `Point ${n}` }, unit: 'degC', kind: 'analog', states: null, level: 8, value: 20 + n, by: 'ada', reason: `reason ${n}` },
    ...{ site: { id: 's', name: 'Campus' }, building: { id: 'b', name: 'House' }, floor: { id: 'f1', name: 'Floor 1' }, equipment: { id: 'e', name: 'VAV' } },
    ...{ since: new Date(Date.now() - 120_000).toISOString(), until: IN_AN_HOUR, commandId: `c${n}`, isReported: true, isOverdue: false },
    ...more,
  };
}

let held: ForcedSlot[];
let calls: Call[];

async function show(inputs: Record<string, string> = {}, permissions = ['overrides.read', 'points.command']) {
  calls = answering({
    ...SESSION_ANSWERS,
    'GET auth/me': { ...ME, permissions },
    'GET overrides': () => ({ items: held, nextCursor: null }),
    'POST points/p1/overrides/release': () => ((held = held.filter(({ point }) => point.id !== 'p1')), {}),
    'POST points/p2/overrides/release': new Refusal(409, 'CONTROLLER_OFFLINE', 'VAV is offline.'),
  });
  await goLive();
  const view = await render(OverrideRegister, inputs);
  await vi.waitFor(() => expect(view.element.querySelector('h1 + span')).not.toBeNull());
  await view.settle();
  return view;
}

const namesIn = (element: HTMLElement) => [...element.querySelectorAll('.override-point b')].map(textOf);

beforeEach(async () => {
  await prepareConsole();
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  held = [slot(1), slot(2, { until: new Date(Date.now() + 600_000).toISOString(), by: 'grace' }), slot(3, { until: null, by: null, commandId: null, level: 5, floor: { id: 'f2', name: 'Floor 2' } })];
});
afterEach(() => vi.unstubAllGlobals());

describe('the register of overrides', () => {
  it('puts first what ends next, and what others hold without an end last', async () => {
    const { element } = await show();
    expect(namesIn(element)).toEqual(['Point 2', 'Point 1', 'Point 3']);
    expect(textOf(element.querySelectorAll('tbody tr')[2])).toContain('no end');
    expect(textOf(element.querySelectorAll('tbody tr')[2])).toContain('at the controller, by somebody else');
  });

  it('puts what is over and still held before everything else and says so', async () => {
    held.push(slot(4, { isOverdue: true }));
    const { element } = await show();
    expect(namesIn(element)[0]).toBe('Point 4');
    expect(textOf(element.querySelector('tbody tr'))).toContain('still held: its end is over');
  });

  it.each([
    ['floor', 'f2', 'Point 3'],
    ['by', 'grace', 'Point 2'],
    ['by', '', 'Point 3'],
  ])('is filtered by its address: %s=%s', async (name, value, found) => {
    expect(namesIn((await show({ [name]: value })).element)).toEqual([found]);
  });

  it('says what a filter leaves out', async () => {
    const { element } = await show({ level: '16' });
    expect(textOf(element)).toContain('Nothing is overridden here');
    expect(textOf(element)).toContain('The filter leaves 3 out.');
  });

  it('lets nobody choose what others hold', async () => {
    expect((await show()).element.querySelectorAll('tbody input[type=checkbox]')).toHaveLength(2);
  });

  it('shows no release to who may not command', async () => {
    const { element } = await show({}, ['overrides.read']);
    expect(element.querySelector('input[type=checkbox]')).toBeNull();
    expect(textOf(element)).not.toContain('Release');
  });

  it('releases all that are shown with one reason, and tells the outcome of each', async () => {
    const { element, settle } = await show();
    (element.querySelector('.page-head .btn.pri') as HTMLButtonElement).click();
    await settle();
    const dialog = element.querySelector('cp-release-dialog');
    const submit = () => dialog?.querySelector<HTMLButtonElement>('button[type=submit]');
    expect(submit()?.disabled).toBe(true);
    type(dialog?.querySelector('input') ?? null, 'shift ends');
    await settle();
    submit()?.click();
    await vi.waitFor(() => expect(textOf(dialog)).toContain('1 of 2 sent'));
    await vi.waitFor(() => expect(textOf(dialog)).toMatch(/1 refused/));
    await settle();
    expect(textOf(dialog)).toContain('VAV is offline.');
    expect(calls.filter(({ path }) => path.endsWith('release')).map(({ path, body }) => [path, body])).toEqual([
      ['points/p2/overrides/release', { reason: 'shift ends' }],
      ['points/p1/overrides/release', { reason: 'shift ends' }],
    ]);
    dialog?.querySelector<HTMLButtonElement>('.actions .btn')?.click();
    await vi.waitFor(() => expect(namesIn(element)).toEqual(['Point 2', 'Point 3']));
  });

  it('releases only what was chosen', async () => {
    const { element, settle } = await show();
    element.querySelectorAll<HTMLInputElement>('tbody input[type=checkbox]')[1]?.click();
    await settle();
    (element.querySelector('.page-head .btn.pri') as HTMLButtonElement).click();
    await settle();
    expect([...element.querySelectorAll('cp-release-dialog tbody b')].map(textOf)).toEqual(['Point 1']);
  });

  it('says that nothing is forced', async () => {
    held = [];
    expect(textOf((await show()).element)).toContain('Nothing is overridden');
  });

  it('says what failed', async () => {
    calls = answering({ ...SESSION_ANSWERS, 'GET overrides': new Refusal(503, 'DATABASE_UNAVAILABLE') });
    const { element } = await render(OverrideRegister);
    await vi.waitFor(() => expect(textOf(element)).toContain('cannot reach its database'));
  });
});
