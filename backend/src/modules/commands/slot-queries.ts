import type { HostedPoint, PointDetail } from '@cupola/contracts';
import { PRIORITY_LEVELS, type PriorityLevel } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { readMirror } from './host-mirror.js';
import { type Intent, intentFrom } from './intents.js';

export type SlotView = PointDetail['slots'][number];

/** A point's priority array: the 16 slots with intent and report, and what the host said besides. */
export interface SlotTable {
  slots: SlotView[];
  winner: PriorityLevel | null;
  /** ISO 8601; null while the host has never reported. */
  hostedAt: string | null;
  relinquishDefault: number | null;
}

type IntentRow = Parameters<typeof intentFrom>[0] & { level: PriorityLevel };

/** What the server intends for a point's slots, beside what the host holds. */
@Injectable()
export class SlotQueries {
  constructor(private readonly database: Database) {}

  async slots(pointId: string): Promise<SlotTable> {
    const [rows, hosted] = await Promise.all([
      this.database.query<IntentRow>('SELECT level, value, command_id, owner, reason, since, until FROM intents WHERE point_id = $1', [pointId]),
      readMirror(this.database, pointId),
    ]);
    const intents = new Map(rows.map((row) => [row.level, intentFrom(row)]));
    return {
      slots: PRIORITY_LEVELS.map((level) => ({ level, intent: intentView(intents.get(level)), reported: reportedView(level, hosted) })),
      winner: hosted?.winner ?? null,
      hostedAt: hosted === null ? null : new Date(hosted.at).toISOString(),
      relinquishDefault: hosted?.relinquishDefault ?? null,
    };
  }
}

function intentView(intent: Intent | undefined): SlotView['intent'] {
  if (intent === undefined) return null;
  const { value, commandId, owner, reason, since, until } = intent;
  return { value, commandId, by: owner, reason, since, until };
}

function reportedView(level: PriorityLevel, hosted: (HostedPoint & { at: number }) | null): SlotView['reported'] {
  const held = hosted?.slots.find((slot) => slot.level === level);
  if (hosted === null || held === undefined) return null;
  const until = held.remainingMs === null ? null : new Date(hosted.at + held.remainingMs).toISOString();
  return { value: held.value, commandId: held.commandId, until, at: new Date(hosted.at).toISOString() };
}
