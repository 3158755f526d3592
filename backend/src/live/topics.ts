import { DomainError } from '@cupola/contracts';
import type { Location } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../auth/access-service.js';
import { BuildingQueries } from '../modules/building/index.js';
import { PointQueries } from '../modules/points/index.js';
import { ListWatches } from './list-watches.js';
import { LIVE_TOPICS, type LiveTopic } from './live-events.js';
import { PlaceFeed } from './place-feed.js';
import { type PlaceKind, PlaceWatches } from './place-watches.js';
import { PointChanges } from './point-changes.js';
import { PointFeed } from './point-feed.js';
import type { Feed, Subscription } from './subscription.js';

/** Opens topics for readers who may read them. */
@Injectable()
export class Topics {
  constructor(
    private readonly access: AccessService,
    private readonly buildings: BuildingQueries,
    private readonly points: PointQueries,
    private readonly places: PlaceWatches,
    private readonly lists: ListWatches,
    private readonly pointChanges: PointChanges,
  ) {}

  /**
   * Sends the snapshot, then changes until the feed is closed.
   * @throws DomainError TOPIC_UNKNOWN, FORBIDDEN, NOT_FOUND
   */
  async open(topic: string, subscription: Subscription): Promise<Feed> {
    const [kind = '', id = ''] = topic.split(':');
    if (!isTopic(kind)) throw new DomainError('TOPIC_UNKNOWN', `There is nothing to watch under "${kind}".`);
    if (kind === 'controllers' || kind === 'commands' || kind === 'alarms') return this.#openList(kind, subscription);
    const location = await this.#locate(kind, id);
    this.access.require(subscription.reader.actor, LIVE_TOPICS[kind], location);
    const { watch, release } = await this.places.acquire(kind, id);
    if (kind !== 'point') return new PlaceFeed(subscription, watch, release);
    const feed = new PointFeed(subscription, id, watch, this.pointChanges, release);
    try {
      await feed.start();
    } catch (error) {
      feed.close();
      throw error;
    }
    return feed;
  }

  async #openList(kind: 'controllers' | 'commands' | 'alarms', subscription: Subscription): Promise<Feed> {
    if (!this.access.maySomewhere(subscription.reader.actor, LIVE_TOPICS[kind])) {
      throw new DomainError('FORBIDDEN', 'Your roles do not allow you to watch this.');
    }
    return this.lists[kind].open(subscription);
  }

  async #locate(kind: PlaceKind, id: string): Promise<Location> {
    if (kind === 'floor') return this.buildings.locateFloor(id);
    if (kind === 'building') return this.buildings.locateBuilding(id);
    return this.points.locate(id);
  }
}

function isTopic(kind: string): kind is LiveTopic {
  return Object.hasOwn(LIVE_TOPICS, kind);
}
