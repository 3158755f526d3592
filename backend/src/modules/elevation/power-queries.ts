import type { PowerHistory } from '@cupola/contracts';
import { inKilowatts, powerMeters } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../auth/actor.js';
import { Clock } from '../../clock.js';
import { Database } from '../../database/database.js';
import { type LookedAtPoint, VisibleBuilding } from './visible-building.js';

const STEP_MS = 300_000;
const STEPS = 72;

interface MeanRow {
  channel_id: number;
  step: number;
  mean: number;
}

/** Means of good values by channel and step; quality 0 in the low bits is GOOD. */
const MEANS = `
  SELECT channel_id, floor(extract(epoch FROM source_time - $2::timestamptz) * 1000 / $4)::int AS step, avg(value) AS mean
  FROM samples WHERE channel_id = ANY ($1::int[]) AND source_time >= $2::timestamptz AND source_time < $3::timestamptz AND quality & 7 = 0 AND value IS NOT NULL
  GROUP BY channel_id, step`;

/** Power of the last hours, by floor and of the whole building. */
@Injectable()
export class PowerQueries {
  constructor(
    private readonly database: Database,
    private readonly seen: VisibleBuilding,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND */
  async lastHours(actor: Actor, buildingId: string): Promise<PowerHistory> {
    const { floors, points, isWhole } = await this.seen.read(actor, 'history.read', buildingId);
    const power = new Map(points.flatMap((point) => (point.quantity === 'power' ? [[point.id, point] as const] : [])));
    const meters = powerMeters([...power.values()]);
    const from = Math.floor(this.clock.now() / STEP_MS) * STEP_MS - (STEPS - 1) * STEP_MS;
    const means = await this.means([...power.values()], from);
    const series = (ids: readonly string[]) => ({ meters: ids.length, kilowatts: addUp(ids.flatMap((id) => power.get(id) ?? []), means) });
    return {
      ...{ from: new Date(from).toISOString(), stepMs: STEP_MS },
      floors: floors.map(({ id }) => ({ id, ...series(meters.floors.get(id) ?? []) })),
      building: series(isWhole ? meters.building : [...meters.floors.values()].flat()),
    };
  }

  private async means(points: readonly LookedAtPoint[], from: number): Promise<ReadonlyMap<number, ReadonlyMap<number, number>>> {
    const found = new Map<number, Map<number, number>>();
    const channels = points.flatMap(({ channelId }) => channelId ?? []);
    if (channels.length === 0) return found;
    const rows = await this.database.query<MeanRow>(MEANS, [channels, new Date(from), new Date(from + STEPS * STEP_MS), STEP_MS]);
    for (const { channel_id, step, mean } of rows) {
      const steps = found.get(channel_id) ?? new Map<number, number>();
      found.set(channel_id, steps.set(step, mean));
    }
    return found;
  }
}

/** The sum in each step; null where one of the meters has no good value in it. */
function addUp(points: readonly LookedAtPoint[], means: ReadonlyMap<number, ReadonlyMap<number, number>>): (number | null)[] {
  return Array.from({ length: STEPS }, (_, step) => {
    const values = points.map(({ channelId, unit }) => {
      const mean = means.get(channelId ?? -1)?.get(step);
      return mean === undefined ? null : inKilowatts(mean, unit);
    });
    return values.length === 0 || values.includes(null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  });
}
