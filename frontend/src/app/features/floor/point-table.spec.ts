import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answering } from '../../../testing/answering';
import { aPoint } from '../../../testing/building';
import { prepareConsole, render, SESSION_ANSWERS, textOf, type } from '../../../testing/console';
import { PlaceValues } from '../../live/place-values';
import { PointTable } from './point-table';
import { TestBed } from '@angular/core/testing';

const points = Array.from({ length: 500 }, (_, n) => aPoint(n, { value: n, unit: 'ppm', zone: { id: `z${n}`, name: `Zone ${n}` } }));
let page: Awaited<ReturnType<typeof render>>;

beforeEach(async () => {
  await prepareConsole([], [PlaceValues]);
  answering(SESSION_ANSWERS);
  TestBed.inject(PlaceValues).enter('floor:f', points);
  page = await render(PointTable, { points, selected: null });
});
afterEach(() => vi.unstubAllGlobals());

const rows = () => [...page.element.querySelectorAll('tbody tr:not(.spacer)')];
const header = (name: string) => [...page.element.querySelectorAll<HTMLButtonElement>('th button')].find((each) => textOf(each).startsWith(name));

describe('the list of points', () => {
  it('has only the rows in the document that can be seen, and says how many there are', () => {
    expect(rows().length).toBeLessThan(60);
    expect(page.element.querySelector('table')?.getAttribute('aria-rowcount')).toBe('501');
    expect(textOf(rows()[0])).toContain('Zone 0');
  });

  it('filters by every word', async () => {
    type(page.element.querySelector('input'), 'zone 499');
    await page.settle();
    expect([rows().length, textOf(rows()[0]?.querySelector('.number'))]).toEqual([1, '499ppm']);
    type(page.element.querySelector('input'), 'no such thing');
    await page.settle();
    expect(textOf(page.element)).toContain('No point matches the filter.');
  });

  it('sorts by number where there are numbers, and says which way', async () => {
    header('Value')?.click();
    await page.settle();
    header('Value')?.click();
    await page.settle();
    expect([textOf(rows()[0]?.querySelector('.number')), page.element.querySelector('.col-value')?.getAttribute('aria-sort')]).toEqual(['499ppm', 'descending']);
  });

  it('shows other rows as it is scrolled', async () => {
    const box = page.element.querySelector('.table-box');
    if (box) box.scrollTop = 9000;
    box?.dispatchEvent(new Event('scroll'));
    await page.settle();
    expect(rows().some((row) => textOf(row).includes('Zone 250'))).toBe(true);
    expect(rows()[0]?.getAttribute('aria-rowindex')).toBe('244');
  });
});
