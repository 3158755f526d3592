import type { Reading } from '@cupola/contracts';
import { type LinkState, presentReading, type PresentReading, VALUE_FLAGS } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { Database } from '../../database/database.js';
import { AlarmCache } from '../alarms/index.js';
import { LatestValues } from '../history/index.js';
import { READING_INPUT, toReading } from './point-rows.js';

/** What a reading's quality depends on besides the sample. */
export interface ReadingContext {
  id: string;
  link: LinkState | null;
  staleAfterMs: number;
  /** The device behind the controller that measures it is away: its points are down although the controller is there. */
  isSubdeviceAway: boolean;
}

/** Current values, judged at the moment at which they are asked for. */
@Injectable()
export class PointReadings {
  constructor(
    private readonly database: Database,
    private readonly latest: LatestValues,
    private readonly clock: Clock,
    private readonly alarms: AlarmCache,
  ) {}

  /** Readings of these points; a point that does not exist has none. */
  async of(pointIds: readonly string[]): Promise<Map<string, Reading>> {
    if (pointIds.length === 0) return new Map();
    const rows = await this.database.query<ReadingContext>(`${READING_INPUT} WHERE p.id = ANY ($1::uuid[])`, [pointIds]);
    return new Map(rows.map((row) => [row.id, this.judge(row)]));
  }

  /** For rows that were read with their link already. */
  judge({ id, link, staleAfterMs, isSubdeviceAway }: ReadingContext): Reading {
    const reading = presentReading({ sample: this.latest.of(id), link: isSubdeviceAway ? 'offline' : (link ?? undefined), staleAfterMs }, this.clock.now());
    return toReading(this.alarms.isInAlarm(id) ? inAlarm(reading) : reading);
  }
}

/** The controller's own word for it is not repeated. */
function inAlarm(reading: PresentReading): PresentReading {
  return { ...reading, flags: VALUE_FLAGS.filter((flag) => flag === 'inAlarm' || reading.flags.includes(flag)) };
}
