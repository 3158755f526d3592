import type { Command } from '@cupola/contracts';
import type { Location } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../auth/access-service.js';
import type { Actor } from '../auth/actor.js';
import { Database } from '../database/database.js';
import { CommandQueries } from '../modules/commands/index.js';
import type { Located, ListSource } from './list-watch.js';
import { LIVE_TOPICS } from './live-events.js';

const SNAPSHOT = 100;
/** How far back unannounced changes are looked for: longer than any pause between two looks. */
const LOOK_BACK = '15 seconds';
const LOCATIONS = `
  SELECT c.id, b.site_id AS "siteId", p.building_id AS "buildingId", p.floor_id AS "floorId"
  FROM commands c JOIN points p ON p.id = c.point_id JOIN buildings b ON b.id = p.building_id WHERE c.id = ANY ($1::uuid[])`;
const RECENT = `SELECT id, version FROM commands WHERE updated_at > now() - interval '${LOOK_BACK}'`;

/** The topic `commands`. */
@Injectable()
export class CommandList implements ListSource<Command> {
  readonly name = 'commands';
  #versions = new Map<string, number>();

  constructor(
    private readonly commands: CommandQueries,
    private readonly access: AccessService,
    private readonly database: Database,
  ) {}

  snapshot(actor: Actor): Promise<Command[]> {
    return this.commands.recent(actor, SNAPSHOT);
  }

  /** In the order of the ids: that in which they changed. */
  async read(ids: readonly string[]): Promise<Located<Command>[]> {
    const rows = await this.database.query<Location & { id: string }>(LOCATIONS, [ids]);
    const locations = new Map(rows.map(({ id, ...location }) => [id, location]));
    const found: Located<Command>[] = [];
    for (const id of ids) {
      const location = locations.get(id);
      if (location) found.push({ item: await this.commands.byId(id), location });
    }
    return found;
  }

  /** A command that was announced is named here once more at most: a repetition that says the same is harmless. */
  async changed(): Promise<string[]> {
    const rows = await this.database.query<{ id: string; version: number }>(RECENT);
    const before = this.#versions;
    this.#versions = new Map(rows.map(({ id, version }) => [id, version]));
    return rows.filter(({ id, version }) => before.get(id) !== version).map(({ id }) => id);
  }

  mayRead(actor: Actor, location: Location): boolean {
    return this.access.may(actor, LIVE_TOPICS.commands, location);
  }
}
