import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answering, Refusal } from '../../../testing/answering';
import type { Call } from '../../../testing/answering';
import { ALARM_ANSWERS, followAlarms } from '../../../testing/alarm-console';
import { aPoint } from '../../../testing/building';
import { prepareConsole, render, textOf, type } from '../../../testing/console';
import { draftOf, problemsOf, rulesOf, NEW_DRAFT } from './definition-draft';
import { DefinitionForm } from './definition-form';

const BUILDING = 'b0000000-0000-4000-8000-000000000002';
const sites = { items: [{ id: 's', name: 'Campus', timeZone: 'UTC', address: '', buildings: [{ id: BUILDING, name: 'BLDG1', floors: [{ id: 'f', name: 'Floor 3', level: 3, spaces: 1, zones: 1, points: 3, controllersOffline: 0 }], equipment: 1, points: 3, plantPoints: 0 }] }] };
const definition = {
  ...{ id: 'd', name: 'Zone temperature high', condition: 'HI' as const, limit: 24.5, referenceClass: null, deadband: 0.5, onDelayMs: 600_000, offDelayMs: 600_000 },
  ...{ latching: false, ackOnActive: true, ackOnReturn: false, autoAck: false, priority: 2 as const, consequence: 'c', action: 'a', respondWithinMs: 1_800_000 },
  ...{ target: { kind: 'point' as const, point: 'p' }, targetName: 'Zone 3', enabled: true, alarms: 1, createdAt: '2026-11-23T12:00:00.000Z' },
};
let page: Awaited<ReturnType<typeof render>>;
let calls: Call[];
let refusal: Refusal | null;

beforeEach(async () => {
  await prepareConsole();
  refusal = null;
  calls = answering({ ...ALARM_ANSWERS, 'GET sites': sites, 'GET points': { items: [1, 2, 3].map((n) => aPoint(n)), nextCursor: null }, 'POST alarm-definitions': () => refusal ?? definition, 'PATCH alarm-definitions/d': definition });
  await followAlarms([]);
});
afterEach(() => vi.unstubAllGlobals());

const submit = () => page.element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
const writes = () => calls.filter(({ method, path }) => method !== 'GET' && path.startsWith('alarm-definitions'));

describe('the form of a definition', () => {
  it('defines for every point of a class, with what an operator is to do', async () => {
    page = await render(DefinitionForm, { definition: null });
    await vi.waitFor(() => expect(textOf(page.element.querySelector('#definition-class'))).toBe('Zone air temperature (3)'));
    for (const [id, text] of Object.entries({ name: 'Zone temperature high', limit: '24,5', deadband: '0.5', on: '600', respond: '30', action: 'Check the damper' })) type(page.element.querySelector(`#definition-${id}`), text);
    await page.settle();
    submit();
    await vi.waitFor(() => expect(writes()).toHaveLength(1));
    expect(writes()[0]?.body).toMatchObject({
      target: { kind: 'class', brickClass: 'Zone_Air_Temperature_Sensor', building: BUILDING, floor: null },
      ...{ name: 'Zone temperature high', condition: 'HI', limit: 24.5, deadband: 0.5, onDelayMs: 600_000, offDelayMs: 600_000, respondWithinMs: 1_800_000, action: 'Check the damper' },
    });
  });

  it('says in words what is missing, and sends nothing', async () => {
    page = await render(DefinitionForm, { definition: null });
    submit();
    await page.settle();
    expect(textOf(page.element.querySelector('[role=alert]'))).toContain('Give it a name.Give the limit as a number.');
    expect(writes()).toEqual([]);
  });

  it("shows the server's refusal in words", async () => {
    refusal = new Refusal(422, 'LIMITS_CROSSED', 'The upper limit 20 lies below the lower limit 24 of "Zone temperature low"');
    page = await render(DefinitionForm, { definition: null });
    await vi.waitFor(() => expect(page.element.querySelector('#definition-class option')).not.toBeNull());
    type(page.element.querySelector('#definition-name'), 'x');
    type(page.element.querySelector('#definition-limit'), '20');
    submit();
    await vi.waitFor(() => expect(textOf(page.element.querySelector('cp-refusal'))).toContain('The upper limit 20 lies below'));
  });

  it('changes the rules of one, never what it watches', async () => {
    page = await render(DefinitionForm, { definition });
    type(page.element.querySelector('#definition-limit'), '25');
    submit();
    await vi.waitFor(() => expect(writes()).toMatchObject([{ method: 'PATCH', path: 'alarm-definitions/d', body: { limit: 25, deadband: 0.5 } }]));
    expect(writes()[0]?.body).not.toHaveProperty('target');
  });
});

describe('a draft', () => {
  it('comes back as it was stored', () => {
    expect(rulesOf(draftOf(definition))).toMatchObject({ name: definition.name, limit: 24.5, onDelayMs: 600_000, offDelayMs: 600_000, respondWithinMs: 1_800_000, priority: 2 });
  });

  it.each([
    [{ name: ' ' }, ['name']],
    [{ limit: 'x' }, ['limit']],
    [{ deadband: '-1' }, ['deadband']],
    [{ condition: 'DEV' as const }, ['reference']],
    [{ onDelayS: '90000', offDelayS: '-1', respondMin: '0' }, ['onDelay', 'offDelay', 'respond']],
    [{ condition: 'STALE' as const, limit: '', deadband: '' }, []],
    [{ condition: 'FAULT' as const, limit: '', deadband: '' }, []],
  ])('of %o has the problems %o', (change, problems) => {
    expect(problemsOf({ ...NEW_DRAFT, name: 'n', limit: '1', ...change })).toEqual(problems);
  });

  it('never acknowledges priorities 1 and 2 by itself', () => {
    const autoAck = (priority: 1 | 2 | 3 | 4) => rulesOf({ ...NEW_DRAFT, name: 'n', limit: '1', autoAck: true, priority }).autoAck;
    expect([autoAck(1), autoAck(2), autoAck(3), autoAck(4)]).toEqual([false, false, true, true]);
  });
});
