import { Service, inject } from '@angular/core';
import type { Alarm } from '@cupola/contracts';
import { Format } from '../core/format';
import { ServerClock } from '../core/server-clock';
import { Session } from '../core/session';
import { Sites } from '../core/sites';
import { Ticker } from '../core/ticker';
import { Words } from '../core/words';
import { raisedAt } from './alarm-order';
import { MadeWords } from './made-words';

/** An alarm in the words of the building. */
@Service()
export class AlarmWords {
  private readonly format = inject(Format);
  private readonly words = inject(Words);
  private readonly made = inject(MadeWords);
  private readonly sites = inject(Sites);
  private readonly session = inject(Session);
  private readonly ticker = inject(Ticker);
  private readonly clock = inject(ServerClock);

  /** What is wrong, as the list says it. */
  name({ name, condition }: Pick<Alarm['definition'], 'name' | 'condition'>): string {
    return this.made.of(name, condition);
  }

  consequence({ definition }: Pick<Alarm, 'definition'>): string {
    return this.made.of(definition.consequence, definition.condition);
  }

  action({ definition }: Pick<Alarm, 'definition'>): string {
    return this.made.of(definition.action, definition.condition);
  }

  /** The nearest place or thing with a name; what is wrong with a controller is wrong there. */
  where({ point, zone, equipment, controller, floor, building, site }: Alarm): string {
    const cause = point === null ? controller : null;
    return (cause ?? zone ?? equipment ?? controller ?? floor ?? building ?? site).name;
  }

  /** What lies around it, from near to far, without what `where` says already. */
  around(alarm: Alarm): string {
    const names = [alarm.zone, alarm.equipment, alarm.point ? null : alarm.controller, alarm.floor, alarm.building, alarm.site].map((place) => place?.name);
    const where = this.where(alarm);
    return [...new Set(names)].filter((name) => name && name !== where).slice(0, 3).join(', ');
  }

  state({ state }: Pick<Alarm, 'state'>): string {
    return this.words.t(`alarm.state.${state}`);
  }

  /** What it means that it is in this state. */
  stateMeans({ state, latched }: Pick<Alarm, 'state' | 'latched'>): string {
    if (latched && state === 'UNACK') return this.words.t('alarm.latchedUnack');
    return this.words.t(`alarm.stateMeans.${state}`);
  }

  /** Value and limit as one reading: 24.8 / 24.5 °C. */
  valueAndLimit({ value, unit, definition }: Alarm): string {
    const { limit } = definition;
    if (limit === null) return value === null ? '' : this.format.quantity(value, unit);
    const shown = value === null ? '–' : this.format.number(value, unit);
    const against = this.format.quantity(limit, unit);
    return `${shown} / ${definition.condition === 'DEV' ? '±' : ''}${against}`;
  }

  /** In the site's zone: to the second today, else day and minute. */
  since(alarm: Alarm): string {
    return this.format.moment(raisedAt(alarm), this.zone(alarm));
  }

  zone(alarm: Alarm): string | undefined {
    return this.sites.zoneOf(alarm.site.id);
  }

  age(alarm: Alarm): string {
    this.ticker.now();
    return this.format.span(Math.max(0, this.clock.now() - Date.parse(raisedAt(alarm))));
  }

  /** Who took it over by acknowledging it. */
  owner({ acked, ackedBy }: Alarm): string {
    if (!acked || ackedBy === null) return '';
    return this.person(ackedBy);
  }

  /** The state and who took it over, in one sentence. */
  stateAndOwner(alarm: Alarm): string {
    const by = alarm.active && alarm.acked ? alarm.ackedBy : null;
    const owner = by === null ? '' : this.isMe(by) ? this.words.t('alarm.byYou') : this.words.t('alarm.by', { name: by });
    return [this.stateMeans(alarm), owner].filter(Boolean).join(' ');
  }

  person(name: string): string {
    return this.isMe(name) ? this.words.t('alarm.you') : name;
  }

  private isMe(name: string): boolean {
    const me = this.session.me();
    return name === me?.name || name === me?.username;
  }
}
