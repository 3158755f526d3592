import { DomainError, type ReplyOf, type RequestOf, type SlotSetPage } from '@cupola/contracts';
import { belongsToSlotSet, type CommandState, type IntendedSlot, type PriorityLevel } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { desiredRev, IN_SLOT_SET, requireCurrent, SLOT_SET_STATES } from '../devices/index.js';

interface Row {
  key: string;
  level: PriorityLevel;
  value: number;
  command_id: string;
  state: CommandState;
  until: Date | null;
}

/** Slots that one question reads; what does not fit the page comes with the next. */
const ROWS = 400;
/** A RESULT carries 16 KiB, frame included. */
const MAX_PAGE_BYTES = 12 * 1024;

/** Tells a host what is intended in its slots, so that an array that did not survive a restart is filled again. */
@Injectable()
export class SlotSets {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError STALE_SESSION, CONTROLLER_NOT_ACTIVE */
  async pull(request: RequestOf<'slots.pull'>): Promise<ReplyOf<'slots.pull'>> {
    return this.unitOfWork.run(async (tx) => {
      const { id, status } = await requireCurrent(tx, request);
      if (status !== 'active' || (await isHeld(tx, id))) throw new DomainError('CONTROLLER_NOT_ACTIVE', 'No command is sent to this controller at present.');
      const rev = await desiredRev(tx, id);
      return pageOf(rev, await readRows(tx, id, request.payload.after), this.clock.now());
    });
  }
}

/** Two boxes seem to use one identity: what is meant for one must not reach the other. */
async function isHeld(tx: Transaction, controllerId: string): Promise<boolean> {
  return (await tx.query('SELECT 1 FROM controllers WHERE id = $1 AND commands_held_until > now()', [controllerId])).length > 0;
}

function readRows(tx: Transaction, controllerId: string, after: string | null): Promise<Row[]> {
  return tx.query<Row>(
    `SELECT ch.key, i.level, i.value, i.command_id, c.state, i.until FROM intents i JOIN commands c ON c.id = i.command_id
     JOIN channels ch ON ch.point_id = i.point_id AND ch.controller_id = $1 AND ch.retired_at IS NULL
     WHERE ${IN_SLOT_SET} AND i.value IS NOT NULL AND ($3::text IS NULL OR ch.key COLLATE "C" > $3)
     ORDER BY ch.key COLLATE "C", i.level LIMIT ${ROWS}`,
    [controllerId, SLOT_SET_STATES, after],
  );
}

/** As many whole points as a message carries. A point whose time is over by now is passed over. */
function pageOf(rev: number, rows: readonly Row[], now: number): SlotSetPage {
  const byKey = Map.groupBy(rows, ({ key }) => key);
  // The last point of a full read may have more slots than were read.
  if (rows.length === ROWS && byKey.size > 1) byKey.delete(rows.at(-1)?.key ?? '');
  const points: SlotSetPage['points'] = [];
  let next: string | null = null;
  let bytes = 0;
  for (const [key, ofKey] of byKey) {
    const slots = ofKey.filter(({ state, until }) => belongsToSlotSet({ state, operation: 'write', fact: null, until: until?.getTime() ?? null }, now)).map((row) => slotOf(row, now));
    bytes += Buffer.byteLength(JSON.stringify({ key, slots }));
    if (bytes > MAX_PAGE_BYTES && points.length > 0) return { rev, points, next };
    if (slots.length > 0) points.push({ key, slots });
    next = key;
  }
  return { rev, points, next: rows.length < ROWS ? null : next };
}

function slotOf({ level, value, command_id: commandId, until }: Row, now: number): IntendedSlot {
  return { level, value, commandId, remainingMs: until === null ? null : until.getTime() - now };
}
