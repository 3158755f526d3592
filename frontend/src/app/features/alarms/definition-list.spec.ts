import type { AlarmDefinition } from '@cupola/contracts';
import { TestBed } from '@angular/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ALARM_ANSWERS } from '../../../testing/alarm-console';
import { answering } from '../../../testing/answering';
import { goLive, prepareConsole, render, textOf, type } from '../../../testing/console';
import { Words } from '../../core/words';
import { DefinitionList } from './definition-list';

const RULES = { limit: null, referenceClass: null, deadband: 0, onDelayMs: 10_000, offDelayMs: 0, latching: false, ackOnActive: true, ackOnReturn: false, autoAck: false, consequence: '', action: '', respondWithinMs: null };
const made: AlarmDefinition = {
  ...{ ...RULES, id: 'd1', name: 'Controller offline', condition: 'COMM_LOSS', priority: 3 },
  ...{ target: { kind: 'controllers', site: 's' }, targetName: 'Campus', enabled: true, alarms: 12, createdAt: '2026-11-23T12:00:00.000Z' },
};
const typed: AlarmDefinition = {
  ...{ ...RULES, id: 'd2', name: 'Too stuffy to think', condition: 'HI', limit: 1200, priority: 2 },
  ...{ target: { kind: 'class', brickClass: 'CO2_Level_Sensor', building: 'b', floor: null }, targetName: 'CO2_Level_Sensor · Main_House', enabled: true, alarms: 40, createdAt: '2026-11-23T12:00:00.000Z' },
};

afterEach(() => {
  vi.unstubAllGlobals();
  localStorage.clear();
});

async function show(language: 'en' | 'de') {
  await prepareConsole();
  answering({ ...ALARM_ANSWERS, 'GET alarm-definitions': { items: [made, typed], nextCursor: null } });
  await TestBed.inject(Words).choose(language);
  await goLive();
  const page = await render(DefinitionList);
  const rows = () => [...page.element.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('td')].map(textOf).slice(1, 3));
  await vi.waitFor(() => expect(rows()).toHaveLength(2));
  return { page, rows };
}

describe('the list of definitions', () => {
  it('says what the product has named in German, and what somebody typed as it was typed', async () => {
    const { rows } = await show('de');
    expect(rows()).toEqual([['Too stuffy to think', 'CO₂-Gehalt · Main_House'], ['Controller nicht verbunden', 'Campus']]);
  });

  it('finds a definition by the words that it shows', async () => {
    const { page, rows } = await show('en');
    type(page.element.querySelector('input[type=search]'), 'co₂ level');
    await page.settle();
    expect(rows()).toEqual([['Too stuffy to think', 'CO₂ level · Main_House']]);
  });
});
