import { signal } from '@angular/core';
import { describe, expect, it } from 'vitest';
import { VirtualWindow } from './virtual-window';

describe('VirtualWindow', () => {
  it.each([
    [500, 0, 0],
    [500, 9000, 242],
    [500, 999_999, 474],
    [3, 0, 0],
    [0, 0, 0],
  ])('of %i rows at %i pixels starts at row %i and accounts for all of the height', (count, scrollTop, start) => {
    const rows = signal(Array.from({ length: count }, (_, n) => n));
    const window = new VirtualWindow(rows, 36);
    window.measure({ scrollTop, clientHeight: 360 });
    expect(window.start()).toBe(start);
    expect(window.before() + window.visible().length * 36 + window.after()).toBe(count * 36);
    expect(window.visible().length).toBeLessThanOrEqual(27);
  });
});
