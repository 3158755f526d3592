import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answering } from '../../testing/answering';
import { ME, SESSION_ANSWERS, prepareConsole, render, textOf } from '../../testing/console';
import { Session } from '../core/session';
import { Shortcuts } from '../core/shortcuts';
import { Keyboard } from './keyboard';

@Component({ selector: 'cp-nowhere', template: '' })
class Nowhere {}

@Component({
  selector: 'cp-a-page',
  imports: [Keyboard],
  template: `<main id="main" tabindex="-1"><aside><button data-escape (click)="closed = closed + 1">Close</button></aside><table><tbody><tr><td><a href="#1" id="one">1</a><a href="#1b">1b</a></td></tr><tr><td><a href="#2" id="two">2</a></td></tr></tbody></table><input /></main><cp-keyboard />`,
})
class APage {
  closed = 0;
}

beforeEach(async () => {
  await prepareConsole([{ path: '**', component: Nowhere }]);
  answering({ ...SESSION_ANSWERS, 'GET auth/me': { ...ME, permissions: ['building.read', 'alarms.read', 'overrides.read'] } });
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  await TestBed.inject(Session).start();
  TestBed.inject(Shortcuts).choose('on');
});
afterEach(() => vi.unstubAllGlobals());

async function page() {
  const view = await render(APage);
  document.body.append(view.element);
  const press = async (key: string, target: Element = document.body, more: KeyboardEventInit = {}) => {
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
    await view.settle();
  };
  return { ...view, press };
}
const url = () => TestBed.inject(Router).url;

describe('single keys', () => {
  it('go to pages after G, and only to those that a person may open', async () => {
    const { press } = await page();
    await press('g');
    await press('o');
    await vi.waitFor(() => expect(url()).toBe('/overrides'));
    await press('g');
    await press('u');
    await press('o');
    expect(url()).toBe('/overrides');
  });

  it('do not reach the page as what the second key means there', async () => {
    const { press } = await page();
    const heard = vi.fn();
    document.addEventListener('keydown', heard);
    await press('g');
    await press('a');
    document.removeEventListener('keydown', heard);
    expect(heard).toHaveBeenCalledTimes(1);
    await vi.waitFor(() => expect(url()).toBe('/alarms'));
  });

  it('walk the rows of a list', async () => {
    const { element, press } = await page();
    await press('j');
    expect(document.activeElement?.id).toBe('one');
    await press('j', element.querySelector('#one') ?? document.body);
    expect(document.activeElement?.id).toBe('two');
    await press('k', element.querySelector('#two') ?? document.body);
    expect(document.activeElement?.id).toBe('one');
  });

  it('are named by ?, and are off in a field, with a modifier, and for who turned them off', async () => {
    const { element, press } = await page();
    await press('?', element.querySelector('input') ?? document.body);
    await press('?', document.body, { ctrlKey: true });
    expect(element.querySelector('dialog')).toBeNull();
    await press('?');
    expect(textOf(element.querySelector('dialog'))).toContain('Alarms');
    expect(textOf(element.querySelector('dialog'))).not.toContain('Users');
    element.querySelector<HTMLInputElement>('dialog input')?.click();
    expect(TestBed.inject(Shortcuts).enabled()).toBe(false);
    element.querySelector<HTMLButtonElement>('dialog .icon-btn')?.click();
    await press('?');
    expect(element.querySelector('dialog')).toBeNull();
  });

  it('get the focus back from the dialog that names them', async () => {
    const { element, press } = await page();
    await press('j');
    await press('?', element.querySelector('#one') ?? document.body);
    const close = element.querySelector<HTMLButtonElement>('dialog .icon-btn');
    close?.focus();
    close?.click();
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('one'));
  });

  it('close the panel beside the page with Escape, also when single keys are off, and never out of a field', async () => {
    const { press, instance, element } = await page();
    TestBed.inject(Shortcuts).choose('off');
    await press('Escape', element.querySelector('input') ?? document.body);
    expect(instance.closed).toBe(0);
    const inside = element.querySelector<HTMLElement>('aside button');
    inside?.focus();
    await press('Escape', inside ?? document.body);
    expect([instance.closed, document.activeElement?.id]).toEqual([1, 'main']);
  });
});
