import { Component, signal } from '@angular/core';
import { describe, expect, it } from 'vitest';
import { prepareConsole, render } from '../../testing/console';
import { VirtualBox } from './virtual-box';
import { VirtualWindow } from './virtual-window';

@Component({ imports: [VirtualBox], template: '<div class="box" style="--row: 84px" [cpVirtualBox]="window"></div>' })
class Rows {
  readonly window = new VirtualWindow(signal(Array.from({ length: 500 }, (_, n) => n)), 40);
}

describe('a virtual box', () => {
  it('takes the height of a row from the style sheet and follows the scrolling', async () => {
    await prepareConsole();
    const { element, instance } = await render(Rows);
    expect(instance.window.rowHeight).toBe(84);
    const box = element.querySelector('.box') as HTMLElement;
    box.scrollTop = 8400;
    box.dispatchEvent(new Event('scroll'));
    expect([instance.window.start(), instance.window.before()]).toEqual([92, 92 * 84]);
  });
});
