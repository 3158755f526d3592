import { DestroyRef, Directive, ElementRef, afterNextRender, inject, input } from '@angular/core';
import type { VirtualWindow } from './virtual-window';

/** The scrolling box of a long table: tells the window what of it is seen. The style sheet says as `--row` how high a row is. */
@Directive({ selector: '[cpVirtualBox]', host: { '(scroll)': 'cpVirtualBox().measure(element)' } })
export class VirtualBox {
  protected readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  readonly cpVirtualBox = input.required<VirtualWindow<unknown>>();

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      this.look();
      if (typeof ResizeObserver === 'undefined') return;
      // The table as well: another density changes it and not the box.
      const observer = new ResizeObserver(() => this.look());
      for (const each of [this.element, ...this.element.children]) observer.observe(each);
      destroyed.onDestroy(() => observer.disconnect());
    });
  }

  private look(): void {
    const window = this.cpVirtualBox();
    window.resize(parseFloat(getComputedStyle(this.element).getPropertyValue('--row')));
    window.measure(this.element);
  }
}
