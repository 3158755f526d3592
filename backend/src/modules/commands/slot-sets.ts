import { DEVICE_LIMITS, DomainError, type ReplyOf, type RequestOf, type SlotSet } from '@cupola/contracts';
import { belongsToSlotSet, type CommandState, type IntendedSlot, type PriorityLevel } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { desiredRev, IN_SLOT_SET, keepDocument, requireCurrent, SLOT_SET_STATES } from '../devices/index.js';

interface Row {
  key: string;
  level: PriorityLevel;
  value: number;
  command_id: string;
  state: CommandState;
  until: Date | null;
}

/** What the frame of a RESULT adds to its payload, at most. */
const FRAME_BYTES = 128;

/** Tells a host what is intended in its slots, so that an array that did not survive a restart is filled again. */
@Injectable()
export class SlotSets {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** As one message where it fits, as a document to be fetched where not. @throws DomainError STALE_SESSION, CONTROLLER_NOT_ACTIVE */
  async pull(request: RequestOf<'slots.pull'>): Promise<ReplyOf<'slots.pull'>> {
    return this.unitOfWork.run(async (tx) => {
      const { id, status } = await requireCurrent(tx, request);
      if (status !== 'active' || (await isHeld(tx, id))) throw new DomainError('CONTROLLER_NOT_ACTIVE', 'No command is sent to this controller at present.');
      const rev = await desiredRev(tx, id);
      const set = setOf(rev, await readRows(tx, id), this.clock.now());
      const text = JSON.stringify(set);
      if (Buffer.byteLength(text) + FRAME_BYTES <= DEVICE_LIMITS.maxCallBytes) return set;
      return { notice: await keepDocument(tx, request, 'slots', rev, text) };
    });
  }
}

/** Two boxes seem to use one identity: what is meant for one must not reach the other. */
async function isHeld(tx: Transaction, controllerId: string): Promise<boolean> {
  return (await tx.query('SELECT 1 FROM controllers WHERE id = $1 AND commands_held_until > now()', [controllerId])).length > 0;
}

function readRows(tx: Transaction, controllerId: string): Promise<Row[]> {
  return tx.query<Row>(
    `SELECT ch.key, i.level, i.value, i.command_id, c.state, i.until FROM intents i JOIN commands c ON c.id = i.command_id
     JOIN channels ch ON ch.point_id = i.point_id AND ch.controller_id = $1 AND ch.retired_at IS NULL
     WHERE ${IN_SLOT_SET} AND i.value IS NOT NULL ORDER BY ch.key COLLATE "C", i.level`,
    [controllerId, SLOT_SET_STATES],
  );
}

/** A point whose time is over by now is passed over. */
function setOf(rev: number, rows: readonly Row[], now: number): SlotSet {
  const isIntended = ({ state, until }: Row) => belongsToSlotSet({ state, operation: 'write', fact: null, until: until?.getTime() ?? null }, now);
  const byKey = Map.groupBy(rows.filter(isIntended), ({ key }) => key);
  return { rev, points: [...byKey].map(([key, ofKey]) => ({ key, slots: ofKey.map((row) => slotOf(row, now)) })) };
}

function slotOf({ level, value, command_id: commandId, until }: Row, now: number): IntendedSlot {
  return { level, value, commandId, remainingMs: until === null ? null : until.getTime() - now };
}
