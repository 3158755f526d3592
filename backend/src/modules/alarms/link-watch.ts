import { type Graces, judgeLinks, type LimitVerdict, type LinkVerdicts, newAlarm, shardOf } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { Database } from '../../database/database.js';
import { AlarmActs, type AlarmWork } from './alarm-acts.js';
import { AlarmCache, type Watched } from './alarm-cache.js';
import { isNews, judgeLink, type LinkLook } from './judge-link.js';
import { Rejudging } from './rejudging.js';
import { doubtedOf, offlineOf, WATCHED_LINKS, type WatchedLinkRow } from './watched-links.js';

/** What a controller that lost its gateway may take to come back once there is one again. */
export const GATEWAY_GRACE_MS = 60_000;
const HAS_GATEWAY = 'SELECT EXISTS (SELECT FROM gateways WHERE lease_until >= now()) AS "hasGateway"';
const ADD_GATEWAY = `
  INSERT INTO alarms (definition_id, gateway_id, site_id, shard, priority, state, instance, changed_at)
  SELECT d.id, $1, $2, $3, d.priority, CASE WHEN d.enabled THEN 'NORM' ELSE 'DISABLED' END,
    $4::jsonb || jsonb_build_object('enabled', d.enabled), to_timestamp($5::float8 / 1000)
  FROM alarm_definitions d WHERE d.target = 'gateways' ON CONFLICT DO NOTHING RETURNING id`;

interface Due {
  readonly watched: Watched;
  readonly judged: LimitVerdict;
  readonly text: string | null;
}

/** COMM_LOSS and IDENTITY: compares controllers with their alarms, and has points judged again whose source went or came. Driven by the rows, so that no lost event leaves a difference. */
@Injectable()
export class LinkWatch {
  #graces: Graces = new Map();
  #looking: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly cache: AlarmCache,
    private readonly acts: AlarmActs,
    private readonly rejudging: Rejudging,
  ) {}

  /** One look at a time; who asks while one waits gets that one. */
  look(): Promise<void> {
    this.#waiting ??= this.#looking.then(() => {
      this.#waiting = undefined;
      return this.#look();
    });
    this.#looking = this.#waiting.catch(() => undefined);
    return this.#waiting;
  }

  async #look(): Promise<void> {
    const awayBefore = this.cache.away;
    const before = this.cache.offline;
    const links = await this.database.query<WatchedLinkRow>(WATCHED_LINKS, [[...this.cache.troubledControllers(), ...before.keys()]]);
    const [row] = await this.database.query<{ hasGateway: boolean }>(HAS_GATEWAY);
    const verdicts = judgeLinks(links, row?.hasGateway ?? false, this.#graces, GATEWAY_GRACE_MS, this.clock.now());
    this.#graces = verdicts.graces;
    this.cache.offline = offlineOf(links);
    this.cache.doubted = doubtedOf(links);
    await this.#addGateways(verdicts.lostGateways);
    await this.#tell(this.#due({ verdicts, links: new Map(links.map((link) => [link.controllerId, link])) }));
    const turned = links.filter(({ controllerId }) => before.has(controllerId) !== this.cache.offline.has(controllerId));
    await this.cache.loadAway();
    await this.#judgePoints(new Set(turned.map(({ controllerId }) => controllerId)), differing(awayBefore, this.cache.away));
  }

  /** A gateway has an alarm, one for each site, from its first loss on. */
  async #addGateways(lost: LinkVerdicts['lostGateways']): Promise<void> {
    if (lost.length === 0) return;
    const known = new Set(this.cache.ofGateways().map(({ alarm }) => `${alarm.gatewayId} ${alarm.siteId}`));
    const missing = lost.filter(({ gatewayId, siteId }) => !known.has(`${gatewayId} ${siteId}`));
    if (missing.length === 0) return;
    const now = this.clock.now();
    for (const { gatewayId, siteId } of missing) {
      await this.database.query(ADD_GATEWAY, [gatewayId, siteId, shardOf(gatewayId), JSON.stringify(newAlarm(now)), now]);
    }
    await this.cache.load();
  }

  #due(look: LinkLook): Due[] {
    const due: Due[] = [];
    const ofControllers = [...look.links.keys()].flatMap((id) => this.cache.ofController(id));
    for (const watched of [...ofControllers, ...this.cache.ofGateways()]) {
      const judged = this.acts.owns(watched.alarm.shard) ? judgeLink(watched, look) : undefined;
      if (judged !== undefined && isNews(watched, judged)) due.push({ watched, judged, text: this.cache.whyOf(watched) });
    }
    return due;
  }

  async #tell(due: readonly Due[]): Promise<void> {
    for (const [shard, group] of Map.groupBy(due, ({ watched }) => watched.alarm.shard)) {
      await this.acts.run([shard], (work) => this.#step(work, group));
    }
  }

  async #step({ lock, changes }: AlarmWork, due: readonly Due[]): Promise<void> {
    const byId = new Map(due.map((each) => [each.watched.alarm.id, each]));
    for (const alarm of await lock([...byId.keys()])) {
      const each = byId.get(alarm.id);
      if (!each) continue;
      changes.step(alarm, each.watched.definition, { type: 'VERDICT', ...each.judged, at: changes.now }, { text: each.text });
    }
  }

  /** Values of a controller, or of a device behind one, that is gone say nothing any more; those of one that is back count again. */
  async #judgePoints(controllers: ReadonlySet<string>, points: ReadonlySet<string>): Promise<void> {
    if (controllers.size + points.size === 0) return;
    const touched = this.cache.all().filter(({ alarm: { pointId }, source: { servingControllerId, referenceId } }) => {
      return controllers.has(servingControllerId ?? '') || points.has(pointId ?? '') || points.has(referenceId ?? '');
    });
    await this.rejudging.now(touched.map(({ alarm }) => alarm.id));
  }
}

function differing(before: ReadonlySet<string>, after: ReadonlySet<string>): Set<string> {
  return new Set([...before, ...after].filter((each) => before.has(each) !== after.has(each)));
}
