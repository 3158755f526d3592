import type { HostedPoint, ReplyOf, RequestOf } from '@cupola/contracts';
import { OPERATOR_LEVEL, type SlotFact, slotFactOf } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { requireCurrent } from '../devices/index.js';
import { CommandAnnouncer } from './command-announcer.js';
import { CommandLedger } from './command-ledger.js';
import { mirror } from './host-mirror.js';
import { lockCommand, type StoredCommand } from './stored-command.js';

type Report = RequestOf<'slots.changed'>;

interface ReportedPoint {
  pointId: string;
  hosted: HostedPoint;
}

/** What array hosts report by themselves: overrides whose time was over, values that others wrote. */
@Injectable()
export class HostReports {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly ledger: CommandLedger,
    private readonly announcer: CommandAnnouncer,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError STALE_SESSION */
  async slotsChanged(report: Report): Promise<ReplyOf<'slots.changed'>> {
    const { points, ended } = report.payload;
    await this.unitOfWork.run(async (tx) => {
      await requireCurrent(tx, report);
      for (const point of await bindPoints(tx, report.controllerId, points)) await this.take(tx, report, point, ended);
      // The point of an ended command may come with another report, or be bound to nothing any more.
      for (const id of ended) await this.settleEnded(tx, report.controllerId, id);
    });
    return {};
  }

  /** One point as its host holds it now, from a report or an explicit read. `endedIds`: commands whose time the host ended. */
  async take(tx: Transaction, { controllerId, epoch }: Pick<Report, 'controllerId' | 'epoch'>, point: ReportedPoint, endedIds: readonly string[]) {
    const { pointId, hosted } = point;
    await tx.query('SELECT id FROM points WHERE id = $1 FOR NO KEY UPDATE', [pointId]);
    const isNewer = await mirror(tx, { pointId, controllerId, epoch, hosted, at: this.clock.now() });
    if (isNewer) this.announcer.slots(tx, pointId, hosted);
    for (const command of await readHolders(tx, pointId)) {
      const fact = this.factOf(command, hosted, endedIds, isNewer);
      if (fact !== null) await this.settle(tx, command, fact);
      else if (isNewer) await this.ledger.stepWithin(tx, command, { event: { type: 'read', hosted }, resultSeq: hosted.readSeq - 1, evidence: { hosted, epoch } });
    }
  }

  /** An empty slot after the override's end means that its time was over, whether the host says so or not. An old report proves nothing else. */
  private factOf(command: StoredCommand, hosted: HostedPoint, endedIds: readonly string[], isNewer: boolean): SlotFact | null {
    const fact = slotFactOf({ level: command.level, commandId: command.id }, hosted, endedIds);
    if (fact === 'ENDED' || !isNewer) return fact === 'ENDED' ? fact : null;
    const isOver = command.until !== null && command.until <= this.clock.now();
    return fact === 'RELEASED' && isOver ? 'ENDED' : fact;
  }

  private async settleEnded(tx: Transaction, controllerId: string, commandId: string): Promise<void> {
    const command = await lockCommand(tx, commandId);
    if (command?.controllerId === controllerId && command.fact === null) await this.settle(tx, command, 'ENDED');
  }

  private async settle(tx: Transaction, command: StoredCommand, fact: SlotFact): Promise<void> {
    if (!(await this.ledger.noteFact(tx, command, fact))) return;
    await this.audit.record(tx, {
      actor: { system: 'array host' },
      operation: OPERATIONS[fact],
      target: `point ${command.pointLabel}`,
      targetId: command.pointId,
      chainKey: command.controllerId ?? command.pointId,
      result: 'done',
      before: { command: command.id, level: command.level, value: command.value, by: command.by },
      after: { fact },
    });
  }
}

const OPERATIONS: Readonly<Record<SlotFact, string>> = {
  ENDED: 'override.ended',
  RELEASED: 'override.released',
  OVERTAKEN: 'override.overtaken',
};

/** The reported keys that are bound to points; others are nobody's yet. In the order of ids, as everybody locks points. */
async function bindPoints(tx: Transaction, controllerId: string, points: readonly HostedPoint[]): Promise<ReportedPoint[]> {
  const rows = await tx.query<{ key: string; point_id: string }>(
    `SELECT key, point_id FROM channels
     WHERE controller_id = $1 AND key = ANY($2::text[]) AND point_id IS NOT NULL AND retired_at IS NULL ORDER BY point_id`,
    [controllerId, points.map(({ key }) => key)],
  );
  const byKey = new Map(points.map((point) => [point.key, point]));
  return rows.flatMap(({ key, point_id }) => {
    const hosted = byKey.get(key);
    return hosted === undefined ? [] : [{ pointId: point_id, hosted }];
  });
}

/** Commands that hold the operators' slot as far as we know: stored, and without a later fact. */
async function readHolders(tx: Transaction, pointId: string): Promise<StoredCommand[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT id FROM commands WHERE point_id = $1 AND level = $2 AND operation = 'write' AND fact IS NULL
       AND state IN ('STORED', 'CLAMPED', 'MASKED', 'EFFECTIVE', 'PROVEN', 'MISMATCH')
     ORDER BY requested_at DESC LIMIT 10`,
    [pointId, OPERATOR_LEVEL],
  );
  const commands = [];
  for (const { id } of rows) commands.push(await lockCommand(tx, id));
  return commands.filter((command) => command !== undefined);
}
