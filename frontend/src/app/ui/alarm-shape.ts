import { Component, computed, input } from '@angular/core';
import type { AlarmPriority } from '@cupola/domain';

/** Told apart without colour: square, triangle up, triangle down, ellipse. */
const SHAPES: Readonly<Record<AlarmPriority, { path: string; baseline: number }>> = {
  1: { path: 'M4 2H16a2 2 0 0 1 2 2V16a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2Z', baseline: 14.2 },
  2: { path: 'M10 1.5 19 18H1Z', baseline: 16 },
  3: { path: 'M10 18.5 1 2h18Z', baseline: 11.8 },
  4: { path: 'M10 3a9 7 0 0 1 0 14a9 7 0 0 1 0-14Z', baseline: 14 },
};

/** The shape and number of an alarm's priority, in a square of 20 units. Decoration: the words stand beside it or in a name. */
@Component({
  selector: 'svg:g[cpAlarmShape]',
  host: {
    class: 'alarm-shape',
    'aria-hidden': 'true',
    '[class.p1]': 'priority() === 1',
    '[class.p2]': 'priority() === 2',
    '[class.p3]': 'priority() === 3',
    '[class.p4]': 'priority() === 4',
    '[class.unack]': "state() === 'UNACK'",
    '[class.returned]': "state() === 'RTNUN'",
  },
  template: `
    <svg:path class="ring" [attr.d]="shape().path" />
    <svg:path class="body" [attr.d]="shape().path" />
    <svg:text class="digit" x="10" [attr.y]="shape().baseline" text-anchor="middle" font-size="11.5" font-weight="700">{{ priority() }}</svg:text>
  `,
})
export class AlarmShape {
  readonly priority = input.required<AlarmPriority>();
  readonly state = input.required<string>();
  protected readonly shape = computed(() => SHAPES[this.priority()]);
}
