import type { Alarm } from '@cupola/contracts';
import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessService } from '../auth/access-service.js';
import { BUS } from '../bus.js';
import { isDatabaseUnavailable } from '../database/database-unavailable.js';
import { AlarmQueries, type LocatedLine } from '../modules/alarms/index.js';
import { Repeating } from '../modules/devices/index.js';
import { AlarmFeed, type AlarmJournal, type JournalPart } from './alarm-feed.js';
import { LIVE_TOPICS } from './live-events.js';
import type { Subscription } from './subscription.js';

/** How often the journal is looked at, whether or not somebody said that it grew. */
const POLL_MS = 1000;
const LINES_AT_ONCE = 500;

/** The topic `alarms`: the journal is read once for everybody who keeps up. */
@Injectable()
export class AlarmWatch implements AlarmJournal, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('Live');
  readonly #feeds = new Set<AlarmFeed>();
  readonly #polling = new Repeating('Live', POLL_MS, () => this.#tell());
  #position = 0;
  #telling: Promise<void> | undefined;
  #isMore = false;
  #stopListening: Unsubscribe | undefined;

  constructor(
    private readonly alarms: AlarmQueries,
    private readonly access: AccessService,
    @Inject(BUS) private readonly bus: MessageBus,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.#stopListening = await this.bus.subscribe('live.alarms', () => this.#tell().catch((error: unknown) => this.#warn(error)));
    this.#polling.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#polling.stop();
    await this.#stopListening?.();
    await this.#telling?.catch(() => undefined);
    this.#feeds.clear();
  }

  async open(subscription: Subscription): Promise<AlarmFeed> {
    const feed = new AlarmFeed(subscription, this, () => this.#feeds.delete(feed), (error) => this.#warn(error));
    if (this.#feeds.size === 0) this.#position = await this.head();
    // Before the snapshot is read, so that nothing falls between the two.
    this.#feeds.add(feed);
    try {
      await feed.start(subscription.since);
    } catch (error) {
      feed.close();
      throw error;
    }
    return feed;
  }

  head(): Promise<number> {
    return this.alarms.head();
  }

  async after(number: number): Promise<JournalPart> {
    const lines = await this.alarms.linesAfter(number, LINES_AT_ONCE);
    const alarms = await this.alarms.byIds([...new Set(lines.map(({ line }) => line.alarmId))]);
    return { from: number, to: lines.at(-1)?.line.number ?? number, lines, alarms };
  }

  snapshot({ reader }: Subscription): Promise<{ seq: number; items: Alarm[] }> {
    return this.alarms.shown(reader.actor);
  }

  mayRead({ reader }: Subscription, { location }: LocatedLine): boolean {
    return this.access.may(reader.actor, LIVE_TOPICS.alarms, location);
  }

  /** One reading at a time; a hint that comes meanwhile makes one more. */
  #tell(): Promise<void> {
    this.#isMore = true;
    this.#telling ??= this.#read().finally(() => (this.#telling = undefined));
    return this.#telling;
  }

  async #read(): Promise<void> {
    while (this.#isMore && this.#feeds.size > 0) {
      this.#isMore = false;
      const part = await this.after(this.#position);
      if (part.lines.length > 0) {
        this.#position = part.to;
        this.#isMore = true;
      }
      // Also without news: a feed that could not read tries again.
      for (const feed of this.#feeds) feed.offer(part);
    }
  }

  /** A database that is away is reported by the polling. */
  #warn(error: unknown): void {
    if (!isDatabaseUnavailable(error)) this.#logger.error('The alarm journal could not be read', error);
  }
}
