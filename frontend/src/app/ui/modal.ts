import { Component, DestroyRef, afterNextRender, inject, input, output, viewChild } from '@angular/core';
import type { ElementRef } from '@angular/core';
import { Words } from '../core/words';
import { Icon } from './icon';

let nextTitle = 0;

/** A dialog above the page: the browser keeps the focus inside and gives it back. Escape closes it. What carries `data-first` gets the focus at the start. */
@Component({
  selector: 'cp-modal',
  imports: [Icon],
  template: `
    <dialog #dialog class="modal" [class.wide]="width() === 'wide'" [attr.aria-labelledby]="titleId" (cancel)="cancel($event)">
      <header class="modal-head">
        <h2 [id]="titleId">{{ heading() }}</h2>
        <button type="button" class="icon-btn" [attr.aria-label]="t('action.close')" (click)="closed.emit()"><cp-icon name="close" /></button>
      </header>
      <div class="modal-body"><ng-content /></div>
    </dialog>
  `,
})
export class Modal {
  protected readonly t = inject(Words).t;
  readonly heading = input.required<string>();
  readonly width = input<'normal' | 'wide'>('normal');
  readonly closed = output();
  protected readonly titleId = `modal-${nextTitle++}`;
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  constructor() {
    const gone = inject(DestroyRef);
    afterNextRender(() => {
      const dialog = this.dialog().nativeElement;
      const opener = document.activeElement;
      dialog.showModal();
      dialog.querySelector<HTMLElement>('[data-first]')?.focus();
      // The browser gives the focus back when a dialog is closed, not when it is taken away.
      gone.onDestroy(() => {
        dialog.close();
        if (document.activeElement === document.body && (opener instanceof HTMLElement || opener instanceof SVGElement)) opener.focus();
      });
    });
  }

  protected cancel(event: Event): void {
    event.preventDefault();
    this.closed.emit();
  }
}
