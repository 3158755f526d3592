import { Component, inject, input, linkedSignal } from '@angular/core';
import { DOCUMENT } from '@angular/common';
import { Words } from '../core/words';
import { Icon } from './icon';

/** Copies the address of what is shown, for a message to somebody else. */
@Component({
  selector: 'cp-copy-link',
  imports: [Icon],
  host: { class: 'copy-link' },
  template: `
    <button type="button" class="icon-btn" [attr.aria-label]="t('link.copy')" [attr.title]="t('link.copy')" (click)="copy()"><cp-icon name="link" /></button>
    <span class="copied" role="status">{{ outcome() === 'copied' ? t('link.copied') : '' }}</span>
    @if (outcome() === 'by hand') {
      <input class="address" readonly [value]="address()" [attr.aria-label]="t('link.copyByHand')" (focus)="all($event)" />
    }
  `,
})
export class CopyLink {
  private readonly document = inject(DOCUMENT);
  protected readonly t = inject(Words).t;
  /** Inside of the console, from its root. */
  readonly path = input.required<string>();
  protected readonly outcome = linkedSignal<string, 'copied' | 'by hand' | null>({ source: this.path, computation: () => null });

  protected address(): string {
    return new URL(this.path(), this.document.baseURI).href;
  }

  protected async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.address());
      this.outcome.set('copied');
    } catch {
      // Browsers give the clipboard to secure pages only, and people may forbid it: then the address is there to be copied.
      this.outcome.set('by hand');
    }
  }

  protected all(event: Event): void {
    (event.target as HTMLInputElement).select();
  }
}
