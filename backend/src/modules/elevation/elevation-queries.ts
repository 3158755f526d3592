import type { Elevation } from '@cupola/contracts';
import { powerMeters, weatherQuantity } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { Clock } from '../../clock.js';
import { Database } from '../../database/database.js';
import { PointReadings } from '../points/index.js';
import { readingsByZone, sumOfPower, type ZonePoints } from './assemble.js';
import { type LookedAtPoint, type Seen, VisibleBuilding, type ZoneRow } from './visible-building.js';

/** Journal lines looked back on: more than these in one hour are a flood, whatever the number. */
const LOOKED_BACK = 5000;

/** A building at a glance. */
@Injectable()
export class ElevationQueries {
  constructor(
    private readonly database: Database,
    private readonly access: AccessService,
    private readonly seen: VisibleBuilding,
    private readonly readings: PointReadings,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async elevation(actor: Actor, buildingId: string): Promise<Elevation> {
    const seen = await this.seen.read(actor, 'points.read', buildingId);
    const [zones, controllers, alarmsLastHour] = await Promise.all([
      this.seen.zones(seen.floors),
      this.controllers(actor, buildingId),
      this.alarmsLastHour(actor, buildingId),
    ]);
    const power = new Map(seen.points.flatMap((point) => (point.quantity === 'power' ? [[point.id, point] as const] : [])));
    const meters = powerMeters([...power.values()]);
    const sum = (ids: readonly string[]) => sumOfPower(ids.flatMap((id) => this.reading(power.get(id)) ?? []));
    const byZone = readingsByZone(zones, seen.points, (point) => this.reading(point));
    return {
      ...{ at: this.clock.now(), building: seen.building, outside: this.outside(seen), controllers, alarmsLastHour },
      power: sum(seen.isWhole ? meters.building : [...meters.floors.values()].flat()),
      floors: seen.floors.map(({ id, name, level }) => ({
        ...{ id, name, level, power: sum(meters.floors.get(id) ?? []) },
        zones: zones.filter(({ floorId }) => floorId === id).map((zone) => zoneOf(zone, byZone.get(zone.id))),
      })),
    };
  }

  private reading<P extends LookedAtPoint>(point: P | undefined) {
    if (!point) return null;
    const { value, quality } = this.readings.judge(point);
    return { value, unit: point.unit, quality };
  }

  private outside({ points }: Seen): Elevation['outside'] {
    const find = (quantity: 'temperature' | 'humidity') => points.filter((point) => point.floorId === null && weatherQuantity(point) === quantity).map((point) => this.reading(point));
    const best = (readings: ReturnType<typeof find>) => readings.find((reading) => reading?.quality === 'GOOD') ?? readings[0] ?? null;
    return { temperature: best(find('temperature')), humidity: best(find('humidity')) };
  }

  private async controllers(actor: Actor, buildingId: string): Promise<Elevation['controllers']> {
    const scope = this.access.scopeCondition(actor, 'controllers.read', { site: 'c.site_id', building: 'c.building_id', floor: 'c.floor_id' }, 2);
    const [row] = await this.database.query<{ live: number; all: number }>(
      `SELECT count(*) FILTER (WHERE c.link = 'online' AND cs.lease_until >= now())::int AS live, count(*)::int AS all
       FROM controllers c LEFT JOIN controller_sessions cs ON cs.id = c.session_id AND cs.ended_at IS NULL
       WHERE c.building_id = $1 AND c.status = 'active' AND ${scope.sql}`,
      [buildingId, ...scope.params],
    );
    return { live: row?.live ?? 0, all: row?.all ?? 0 };
  }

  private async alarmsLastHour(actor: Actor, buildingId: string): Promise<number> {
    const scope = this.access.scopeCondition(actor, 'alarms.read', { site: 'j.site_id', building: 'j.building_id', floor: 'j.floor_id' }, 2);
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM (SELECT * FROM alarm_journal ORDER BY number DESC LIMIT ${LOOKED_BACK}) j
       WHERE j.building_id = $1 AND j.fact = 'ACTIVATED' AND j.state = 'UNACK' AND j.recorded_at > now() - interval '1 hour' AND ${scope.sql}`,
      [buildingId, ...scope.params],
    );
    return row?.count ?? 0;
  }
}

function zoneOf({ id, name, equipment }: ZoneRow, points: ZonePoints | undefined): Elevation['floors'][number]['zones'][number] {
  const { temperature = null, setpoint = null, co2 = null, light = null, power = null } = points ?? {};
  return { id, name, equipment, temperature, setpoint, co2, light, power };
}
