import { Component, computed, input } from '@angular/core';

const PATHS = {
  overview: 'M3 17V6l7-4 7 4v11M7 17v-5h6v5',
  alarm: 'M10 3a5 5 0 0 1 5 5v4l2 3H3l2-3V8a5 5 0 0 1 5-5ZM8.5 17.5h3',
  floor: 'M3 4h14v12H3zM3 10h7M10 4v12',
  controllers: 'M4 4h12v5H4zM4 12h12v5H4zM7 6.5h.01M7 14.5h.01',
  fault: 'M11 2 5 11h4l-1 7 7-10h-4.5L11 2Z',
  users: 'M7.5 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2 17c0-3 2.5-5 5.5-5s5.5 2 5.5 5M13 9a2.6 2.6 0 0 0 0-5.2M15.5 12.6c1.6.7 2.5 2.2 2.5 4.4',
  import: 'M10 3v9M6.5 8.5 10 12l3.5-3.5M3 13v4h14v-4',
  audit: 'M5 2h10v16H5zM8 6h4M8 9.5h4M8 13h2',
  search: 'M9 15a6 6 0 1 0 0-12 6 6 0 0 0 0 12ZM13.5 13.5 18 18',
  more: 'M4 10h.01M10 10h.01M16 10h.01',
  link: 'M8.5 11.5a3.5 3.5 0 0 0 5 0l3-3a3.5 3.5 0 0 0-5-5l-1 1M11.5 8.5a3.5 3.5 0 0 0-5 0l-3 3a3.5 3.5 0 0 0 5 5l1-1',
  done: 'M4 10.5 8.5 15 16 6',
  close: 'M5 5l10 10M15 5 5 15',
  back: 'M12 4l-6 6 6 6',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  fit: 'M3 7V3h4M17 7V3h-4M3 13v4h4M17 13v4h-4',
  hand: 'M6 12V6.5a1.3 1.3 0 0 1 2.6 0M8.6 10V4.3a1.3 1.3 0 0 1 2.6 0V10M11.2 10V5.5a1.3 1.3 0 0 1 2.6 0V12c0 3.5-1.8 5.5-4.5 5.5-2.3 0-3.4-1.3-4.8-4.2',
  print: 'M6 8V3h8v5M6 14H3V8h14v6h-3M6 12h8v5H6z',
  plant: 'M10 10m-7 0a7 7 0 1 0 14 0 7 7 0 1 0-14 0M10 10 5.5 6.5M10 10l5-3M10 10v6',
  point: 'M10 10m-6 0a6 6 0 1 0 12 0 6 6 0 1 0-12 0M10 6.5V10l2.5 1.5',
} as const;
export type IconName = keyof typeof PATHS;

/** A line icon. Decoration only: what it means is always written beside it or in an accessible name. */
@Component({
  selector: 'cp-icon',
  host: { 'aria-hidden': 'true', class: 'icon' },
  template: `<svg viewBox="0 0 20 20" [attr.width]="size()" [attr.height]="size()" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" stroke-linecap="round"><path [attr.d]="path()" /></svg>`,
})
export class Icon {
  readonly name = input.required<IconName>();
  readonly size = input(17);
  protected readonly path = computed(() => PATHS[this.name()]);
}
