import { describe, expect, it } from 'vitest';
import tokens from '../../styles/tokens.css' with { loader: 'text' };
import { THEMES_ON_SCREEN, coloursOf, contrast } from '../../testing/tokens';

/** By ground: the page and its panels as agreed; on raised rows, which are lighter in the dark, what WCAG asks of text. */
const ENOUGH = { '--bg': 4.9, '--panel': 4.9, '--raised': 4.5 };

describe.each(THEMES_ON_SCREEN)('the badges of the theme %s', (name) => {
  const theme = coloursOf(tokens, name);
  const value = (name: string) => theme.get(name) ?? '#000000';

  it.each(['--p1', '--p2', '--p3', '--p4', '--live'])('%s stands out from every ground it is drawn on', (badge) => {
    for (const [ground, enough] of Object.entries(ENOUGH)) expect([ground, contrast(value(badge), value(ground)) >= enough]).toEqual([ground, true]);
  });

  it.each([1, 2, 3, 4])('priority %i stands out from the wash of its room, and its number from its shape', (priority) => {
    expect(contrast(value(`--p${priority}`), value(`--p${priority}w`))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(value('--raised'), value(`--p${priority}`))).toBeGreaterThanOrEqual(4.5);
  });
});

describe('the colours of priorities', () => {
  it('are the agreed ones', () => {
    const [light, dark] = [coloursOf(tokens, 'light'), coloursOf(tokens, 'dark')];
    expect(['--p1', '--p2', '--p3', '--p4', '--live'].map((name) => light.get(name))).toEqual(['#b00020', '#a63f00', '#6b5400', '#5b4b9a', '#4a5158']);
    expect(['--p1', '--p2', '--p3', '--p4', '--live'].map((name) => dark.get(name))).toEqual(['#ff6b6b', '#ff9f43', '#f2d14b', '#b9a7ff', '#a9b0b8']);
  });
});
