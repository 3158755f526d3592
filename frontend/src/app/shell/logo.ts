import { Component, input } from '@angular/core';

@Component({
  selector: 'cp-logo',
  host: { 'aria-hidden': 'true', class: 'icon' },
  template: `<svg [attr.width]="size()" [attr.height]="size()" viewBox="0 0 26 26" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round"><path d="M13 2v3M10.5 5h5M4.5 15a8.5 8.5 0 0 1 17 0M3 15h20M5.5 15v6M10.5 15v6M15.5 15v6M20.5 15v6M3.5 22.5h19" /></svg>`,
})
export class Logo {
  readonly size = input(26);
}
