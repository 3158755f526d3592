import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BUS } from '../../bus.js';
import { Database } from '../../database/database.js';
import { Following, Repeating } from '../devices/index.js';
import { AlarmRoster } from './alarm-roster.js';
import { AlarmTimers } from './alarm-timers.js';
import { LinkWatch } from './link-watch.js';
import { OtherProcesses } from './other-processes.js';

/** How often definitions, bindings and controllers are compared with what is known: events are hints. */
const COMPARE_MS = 2000;
const LOOK_MS = 1000;
/** Everything that the roster is made from, as one text. */
const FINGERPRINT = `
  SELECT concat_ws(' ', (SELECT concat(count(*), ' ', sum(version)) FROM alarm_definitions),
    (SELECT concat(count(*), ' ', sum(channels_rev), ' ', sum(hashtext(concat_ws(' ', id, site_id, building_id, floor_id)))) FROM controllers
      WHERE status = 'active'),
    (SELECT sum(revision) FROM buildings), (SELECT count(*) FROM points)) AS text`;

/** Starts what runs by itself, and follows what others change. */
@Injectable()
export class AlarmRunners implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #comparing = new Repeating('Alarms', COMPARE_MS, () => this.#compare());
  readonly #looking = new Repeating('Alarms', LOOK_MS, () => this.links.look());
  readonly #followingModel = new Following('Alarms', () => this.#compare());
  readonly #followingLinks = new Following('Alarms', () => this.links.look());
  #subscriptions: Unsubscribe[] = [];
  #known = '';

  constructor(
    private readonly database: Database,
    private readonly roster: AlarmRoster,
    private readonly timers: AlarmTimers,
    private readonly links: LinkWatch,
    private readonly others: OtherProcesses,
    @Inject(BUS) private readonly bus: MessageBus,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.#compare();
    await this.links.look();
    this.#subscriptions = [
      await this.bus.subscribe('live.model', () => this.#followingModel.ask()),
      await this.bus.subscribe('live.controllers', () => this.#followingLinks.ask()),
      await this.bus.subscribe('live.alarms', ({ alarmIds }) => this.others.changed(alarmIds)),
    ];
    this.timers.start();
    this.#comparing.start();
    this.#looking.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#subscriptions.map((stop) => stop()));
    await Promise.all([this.#comparing, this.#looking, this.#followingModel, this.#followingLinks].map((work) => work.stop()));
    await this.timers.stop();
  }

  async #compare(): Promise<void> {
    const [row] = await this.database.query<{ text: string }>(FINGERPRINT);
    if (row?.text === this.#known) return;
    await this.roster.reconcile();
    // What changed since the first look is found by the next round; the alarms that this one made are known.
    this.#known = row?.text ?? '';
  }
}
