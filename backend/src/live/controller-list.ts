import type { Controller } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../auth/access-service.js';
import type { Actor } from '../auth/actor.js';
import { Database } from '../database/database.js';
import { ControllerQueries } from '../modules/devices/index.js';
import type { Located, ListSource } from './list-watch.js';
import { LIVE_TOPICS } from './live-events.js';

const PAGE = 1000;
/** Everything of a controller that a person sees change, as one text. */
const STATES = `
  SELECT c.id, concat_ws('|', c.name, c.status, c.link, c.reason, c.detail, c.since, c.serial, c.model, c.firmware, c.points_rev, c.channels_rev,
    s.lease_until < now()) AS state
  FROM controllers c LEFT JOIN controller_sessions s ON s.id = c.session_id AND s.ended_at IS NULL`;

/** The topic `controllers`. */
@Injectable()
export class ControllerList implements ListSource<Controller> {
  readonly name = 'controllers';
  #states: Map<string, string> | undefined;

  constructor(
    private readonly controllers: ControllerQueries,
    private readonly access: AccessService,
    private readonly database: Database,
  ) {}

  async snapshot(actor: Actor): Promise<Controller[]> {
    const all: Controller[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.controllers.list(actor, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      all.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return all;
  }

  async read(ids: readonly string[]): Promise<Located<Controller>[]> {
    const items = await this.controllers.byIds(ids);
    return items.map((item) => ({ item, location: { siteId: item.site.id, buildingId: item.building?.id ?? null, floorId: item.floor?.id ?? null } }));
  }

  async changed(): Promise<string[]> {
    const rows = await this.database.query<{ id: string; state: string }>(STATES);
    const before = this.#states;
    this.#states = new Map(rows.map(({ id, state }) => [id, state]));
    return before ? rows.filter(({ id, state }) => before.get(id) !== state).map(({ id }) => id) : [];
  }

  mayRead(actor: Actor, location: Located<Controller>['location']): boolean {
    return this.access.may(actor, LIVE_TOPICS.controllers, location);
  }
}
