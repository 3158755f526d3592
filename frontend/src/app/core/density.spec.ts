import { TestBed } from '@angular/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { prepareConsole, render, textOf } from '../../testing/console';
import { AccountMenu } from '../shell/account-menu';
import { DensityChoice } from './density';

afterEach(() => localStorage.clear());

describe('the density', () => {
  it('is chosen in the account menu, applied at once and kept for the next visit', async () => {
    await prepareConsole();
    const { element, settle } = await render(AccountMenu);
    const segment = [...element.querySelectorAll('button')].find((each) => textOf(each) === 'Compact');
    expect([document.documentElement.dataset['density'], segment?.getAttribute('aria-pressed')]).toEqual(['comfortable', 'false']);
    segment?.click();
    await settle();
    expect([document.documentElement.dataset['density'], segment?.getAttribute('aria-pressed')]).toEqual(['compact', 'true']);
    TestBed.resetTestingModule();
    await prepareConsole();
    expect(TestBed.inject(DensityChoice).density()).toBe('compact');
  });
});
