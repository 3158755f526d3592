import { Component, input } from '@angular/core';
import type { AlarmPriority } from '@cupola/domain';
import { AlarmShape } from './alarm-shape';

/** An alarm's priority as a badge; it blinks while nobody has acknowledged the active alarm. */
@Component({
  selector: 'cp-alarm-badge',
  imports: [AlarmShape],
  host: { class: 'icon', 'aria-hidden': 'true' },
  template: `<svg viewBox="-1 -1 22 22" class="badge" [attr.width]="size()" [attr.height]="size()"><g cpAlarmShape [priority]="priority()" [state]="state()"></g></svg>`,
})
export class AlarmBadge {
  readonly priority = input.required<AlarmPriority>();
  readonly state = input.required<string>();
  readonly size = input(20);
}
