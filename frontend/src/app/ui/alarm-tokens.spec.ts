import { describe, expect, it } from 'vitest';
import tokens from '../../styles/tokens.css' with { loader: 'text' };

/** By ground: the page and its panels as agreed; on raised rows, which are lighter in the dark, what WCAG asks of text. */
const ENOUGH = { '--bg': 4.9, '--panel': 4.9, '--raised': 4.5 };

/** Custom properties of the first block that follows a selector. */
function blockOf(selector: string): ReadonlyMap<string, string> {
  const from = tokens.indexOf(selector);
  const block = tokens.slice(tokens.indexOf('{', from), tokens.indexOf('}', from));
  return new Map([...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]));
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  [':root', 'light'],
  ["[data-theme='dark']", 'dark'],
  [':root:not([data-theme])', 'dark by the system'],
  ["[data-theme='control']", 'control room'],
])('the badges of the theme %s (%s)', (selector) => {
  const theme = blockOf(selector);
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
    const [light, dark] = [blockOf(':root'), blockOf("[data-theme='dark']")];
    expect(['--p1', '--p2', '--p3', '--p4', '--live'].map((name) => light.get(name))).toEqual(['#b00020', '#a63f00', '#6b5400', '#5b4b9a', '#4a5158']);
    expect(['--p1', '--p2', '--p3', '--p4', '--live'].map((name) => dark.get(name))).toEqual(['#ff6b6b', '#ff9f43', '#f2d14b', '#b9a7ff', '#a9b0b8']);
  });
});
