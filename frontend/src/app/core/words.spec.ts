import { TestBed } from '@angular/core/testing';
import { ERROR_CODES } from '@cupola/contracts';
import { describe, expect, it } from 'vitest';
import german from '../../words/de.json';
import english from '../../words/en.json';
import { prepareConsole } from '../../testing/console';
import { Format } from './format';
import { Refused } from './refused';
import { RefusalWords } from './refusal-words';
import { Words } from './words';

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : leaves(value, `${path}${key}.`),
  );
}

const blanks = (text: string) => (text.match(/\{\{ \w+ \}\}/g) ?? []).sort();

describe('the words', () => {
  it('say everything in both languages, with the same blanks', () => {
    const translated = new Map(leaves(german));
    const original = leaves(english);
    expect([...translated.keys()].sort()).toEqual(original.map(([key]) => key).sort());
    for (const [key, text] of original) expect([key, blanks(translated.get(key) ?? '')]).toEqual([key, blanks(text)]);
  });

  it('have a sentence for refusals that only the server can explain', async () => {
    await prepareConsole();
    const words = TestBed.inject(RefusalWords);
    for (const code of Object.keys(ERROR_CODES) as (keyof typeof ERROR_CODES)[]) expect(words.sentence(new Refused(code, ''))).toMatch(/[.!?]$/);
    expect(words.sentence(new Refused('OUT_OF_RANGE', '99 is above 28'))).toBe('99 is above 28.');
  });

  it('follow the language at once', async () => {
    await prepareConsole();
    const words = TestBed.inject(Words);
    const format = TestBed.inject(Format);
    expect([words.n('floor.zones', 1), words.n('floor.zones', 31), format.number(21.5, 'degC')]).toEqual(['1 zone', '31 zones', '21.5']);
    await words.choose('de');
    expect([words.n('floor.zones', 1), words.n('floor.zones', 31), format.number(21.5, 'degC')]).toEqual(['1 Zone', '31 Zonen', '21,5']);
    expect(document.documentElement.lang).toBe('de');
  });

  it('write values as people read them', async () => {
    await prepareConsole();
    const format = TestBed.inject(Format);
    const analog = { kind: 'analog' as const, unit: 'degC', states: null };
    expect(format.valueWithUnit(70.69999999999993, { ...analog, unit: 'degF' })).toBe('70.7 °F');
    expect(format.valueWithUnit(null, analog)).toBe('–');
    expect(format.value(1, { kind: 'binary', unit: null, states: [{ code: 1, label: 'Start' }] })).toBe('Start');
    expect([2000, 89_000, 14 * 60_000, 3 * 3_600_000, 50 * 3_600_000].map((ms) => format.span(ms))).toEqual(['2 s', '89 s', '14 min', '3 h', '2 d']);
    expect([format.countdown(6_120_000), format.countdown(59_000), format.countdown(-1)]).toEqual(['1:42 h', '0:59 min', '0:00 min']);
  });
});
