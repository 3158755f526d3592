import { Service, inject } from '@angular/core';
import type { ForcedSlot } from '@cupola/contracts';
import { Format } from '../../core/format';
import { ServerClock } from '../../core/server-clock';
import { Sites } from '../../core/sites';
import { Words } from '../../core/words';

/** An override as an operator reads it. */
@Service()
export class OverrideWords {
  private readonly format = inject(Format);
  private readonly clock = inject(ServerClock);
  private readonly sites = inject(Sites);
  private readonly words = inject(Words);

  value(slot: ForcedSlot): string {
    return this.format.valueWithUnit(slot.value, slot);
  }

  where({ building, floor, equipment }: ForcedSlot): string {
    return [equipment?.name, floor?.name ?? building.name].filter(Boolean).join(', ');
  }

  who({ by }: ForcedSlot): string {
    return by ?? this.words.t('register.byOthers');
  }

  left({ until, isOverdue }: ForcedSlot): string {
    if (isOverdue) return this.words.t('register.overdue');
    if (until === null) return this.words.t('register.noEnd');
    const left = Date.parse(until) - this.clock.now();
    return left > 0 ? this.format.countdown(left) : this.words.t('slots.over');
  }

  until({ until, site }: ForcedSlot): string {
    return until === null ? '' : this.words.t('register.until', { time: this.format.clock(until, this.sites.zoneOf(site.id)) });
  }

  age({ since }: ForcedSlot): string {
    return since === null ? '–' : this.format.span(Math.max(0, this.clock.now() - Date.parse(since)));
  }

  since({ since, site }: ForcedSlot): string {
    return since === null ? '' : this.format.time(since, this.sites.zoneOf(site.id));
  }

  held({ isReported, isOverdue }: ForcedSlot): string {
    if (isOverdue) return this.words.t('register.heldOn');
    return this.words.t(isReported ? 'register.reported' : 'register.notReported');
  }
}
