import { Component, input, output } from '@angular/core';

export interface Segment {
  key: string;
  label: string;
}

/** A few choices of which one holds. */
@Component({
  selector: 'cp-segments',
  host: { class: 'seg', role: 'group', '[attr.aria-label]': 'label()' },
  template: `
    @for (segment of segments(); track segment.key) {
      <button type="button" [attr.aria-pressed]="segment.key === chosen()" (click)="choose.emit(segment.key)">{{ segment.label }}</button>
    }
  `,
})
export class Segments {
  readonly label = input.required<string>();
  readonly segments = input.required<readonly Segment[]>();
  readonly chosen = input.required<string>();
  readonly choose = output<string>();
}
