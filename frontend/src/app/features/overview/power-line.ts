import { Component, computed, input } from '@angular/core';

const WIDTH = 92;
const HEIGHT = 34;

/** The last hours of power as a line; a hole stays a hole. */
@Component({
  selector: 'cp-power-line',
  host: { 'aria-hidden': 'true', class: 'power-line' },
  template: `<svg viewBox="0 0 92 34" preserveAspectRatio="none">@for (path of paths(); track $index) {<path class="trend" [attr.d]="path" />}</svg>`,
})
export class PowerLine {
  readonly series = input.required<readonly (number | null)[]>();

  protected readonly paths = computed(() => {
    const series = this.series();
    const known = series.filter((value) => value !== null);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const y = (value: number) => HEIGHT - 3 - ((value - low) / (high - low || 1)) * (HEIGHT - 6);
    const x = (at: number) => (at / Math.max(1, series.length - 1)) * WIDTH;
    const parts: string[][] = [[]];
    series.forEach((value, at) => {
      if (value === null) parts.push([]);
      else parts.at(-1)?.push(`${x(at).toFixed(1)} ${y(value).toFixed(1)}`);
    });
    return parts.filter((part) => part.length > 0).map((part) => (part.length === 1 ? `M${part[0]}h.01` : `M${part.join('L')}`));
  });
}
