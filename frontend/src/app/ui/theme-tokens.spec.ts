import { describe, expect, it } from 'vitest';
import tokens from '../../styles/tokens.css' with { loader: 'text' };
import { THEMES_ON_SCREEN, blockOf, coloursOf, contrast } from '../../testing/tokens';

/** What WCAG asks: 4.5 of text, 3 of what tells parts of a control or a drawing apart. */
const TEXT = 4.5;
const DRAWN = 3;

describe.each(THEMES_ON_SCREEN)('the theme %s', (name) => {
  const theme = coloursOf(tokens, name);
  const value = (name: string) => theme.get(name) ?? '#000000';
  const washes = ['--p1w', '--p2w', '--p3w', '--p4w'];

  it.each(['--ink', '--ink-2'])('%s is readable on every ground that text stands on', (ink) => {
    for (const ground of ['--bg', '--panel', '--raised', '--room', '--room-sel', ...washes]) expect([ground, contrast(value(ink), value(ground)) >= TEXT]).toEqual([ground, true]);
  });

  it('--ink-3 is readable on pages, panels, rows and rooms', () => {
    for (const ground of ['--bg', '--panel', '--raised', '--room']) expect([ground, contrast(value('--ink-3'), value(ground)) >= TEXT]).toEqual([ground, true]);
  });

  it('the primary button is readable, and the edges of fields and the focus are seen', () => {
    expect(contrast(value('--panel'), value('--ink'))).toBeGreaterThanOrEqual(TEXT);
    for (const ground of ['--bg', '--panel', '--raised', '--room', ...washes]) expect([ground, contrast(value('--focus'), value(ground)) >= DRAWN]).toEqual([ground, true]);
    for (const ground of ['--panel', '--raised']) expect([ground, contrast(value('--edge'), value(ground)) >= DRAWN]).toEqual([ground, true]);
  });

  it('what is drawn of values is seen: trends, setpoints, bars', () => {
    for (const line of ['--trend', '--sp', '--live']) expect([line, contrast(value(line), value('--raised')) >= DRAWN, contrast(value(line), value('--room')) >= DRAWN]).toEqual([line, true, true]);
  });
});

describe('the control room', () => {
  it('has a colour of its own for every colour', () => {
    const own = blockOf(tokens, "[data-theme='control']");
    expect([...coloursOf(tokens, 'light').keys()].filter((name) => !own.has(name))).toEqual([]);
  });
});

describe('the compact density', () => {
  const [usual, compact] = [blockOf(tokens, ':root'), blockOf(tokens, "[data-density='compact']")];
  const pixels = (block: ReadonlyMap<string, string>, name: string) => parseFloat(block.get(name) ?? '');

  it.each([...compact.keys()])('%s is smaller than usual', (name) => {
    expect(pixels(compact, name)).toBeLessThan(pixels(usual, name));
  });

  it('leaves buttons as large as WCAG asks of targets, and rows with their two lines', () => {
    expect(pixels(compact, '--control')).toBeGreaterThanOrEqual(24);
    expect(pixels(compact, '--row-tall')).toBeGreaterThanOrEqual(36);
  });
});
