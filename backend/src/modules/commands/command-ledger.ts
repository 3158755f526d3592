import type { ErrorCode, HostedPoint } from '@cupola/contracts';
import { type CommandEvent, type CommandState, type CommandStep, isFinal, type SlotFact, stepCommand } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { CommandAnnouncer } from './command-announcer.js';
import { clearTimer, setTimer } from './command-timers.js';
import { explainStep } from './explain-step.js';
import { mirror } from './host-mirror.js';
import { dropIntent, restoreIntent } from './intents.js';
import { lockCommand, ownerOf, progressOf, type StoredCommand } from './stored-command.js';

/** The host's word that comes with an event, and the epoch of the session that brought it. */
export interface Evidence {
  hosted: HostedPoint;
  epoch: number;
}

export interface Step {
  event: CommandEvent;
  /** For people, where the step itself does not say what happened. */
  detail?: string;
  evidence?: Evidence;
  /** `readSeq` of the host's RESULT, for events that are ordered behind it. */
  resultSeq?: number | null;
}

type Moved = Extract<CommandStep, { moved: true }>;

/** A command under way is looked at again after this long, should the process that carries it die. */
export const WATCH_MS = 30_000;
/** After the delivery deadline, and the gateway's own answer about it. */
const OVERDUE_MS = 3_000;
const AUDITED: Partial<Record<CommandState, ErrorCode>> = {
  EXPIRED: 'DELIVERY_EXPIRED',
  OFFLINE: 'CONTROLLER_OFFLINE',
  FAILED: 'CONTROLLER_REFUSED',
  UNRESOLVED: 'DELIVERY_UNKNOWN',
};

/** Writes down what happens to commands: state, intent, timers, facts and audit in one transaction, events after it. */
@Injectable()
export class CommandLedger {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly announcer: CommandAnnouncer,
    private readonly audit: AuditTrail,
  ) {}

  /** @returns the command after the step; null when the event changes nothing (late, repeated, or not settled yet) */
  async step(commandId: string, step: Step): Promise<StoredCommand | null> {
    return this.unitOfWork.run(async (tx) => {
      const command = await lockCommand(tx, commandId);
      if (command === undefined) return null;
      if (step.evidence !== undefined) await this.mirror(tx, command, step.evidence);
      return this.stepWithin(tx, command, step);
    });
  }

  /** The same inside of a transaction that holds the command's lock and has mirrored the evidence. */
  async stepWithin(tx: Transaction, command: StoredCommand, step: Step): Promise<StoredCommand | null> {
    // Its slot is empty or another's by now: a read says nothing about this command any more.
    if (command.fact !== null && (step.event.type === 'read' || step.event.type === 'readFinally')) return null;
    const moved = stepCommand(progressOf(command, step.resultSeq ?? null), step.event);
    if (!moved.moved) return null;
    await this.save(tx, command, moved, step);
    if (moved.restoresIntent) await restoreIntent(tx, command, this.clock.now());
    await this.settleSlot(tx, command, moved);
    await this.watch(tx, command, moved.command.state);
    await this.recordEnding(tx, command, moved, step.detail);
    this.announcer.command(tx, command, moved.command.state);
    const after = { ...command, ...moved.command };
    // Its end was known before its beginning: the host told of it while the answer was still on its way.
    return after.fact === null ? after : ((await this.loseSlot(tx, after, after.fact)) ?? after);
  }

  /** A later fact about a command's slot: it was released, its time ended, somebody else took it. @returns whether it was new */
  async noteFact(tx: Transaction, command: StoredCommand, fact: SlotFact): Promise<boolean> {
    const noted = await tx.query(
      `UPDATE commands SET fact = $2, detail = NULL, updated_at = to_timestamp($3::double precision / 1000), version = version + 1
       WHERE id = $1 AND fact IS NULL RETURNING id`,
      [command.id, fact, this.clock.now()],
    );
    if (noted.length === 0) return false;
    await dropIntent(tx, command.pointId, command.level, command.id);
    await clearTimer(tx, 'override-end', command.id);
    if ((await this.loseSlot(tx, command, fact)) === null) this.announcer.command(tx, command, command.state);
    return true;
  }

  /** A stored write whose slot is over before it was seen in force ends here: nobody can prove it any more. */
  private async loseSlot(tx: Transaction, command: StoredCommand, fact: SlotFact): Promise<StoredCommand | null> {
    if (command.operation !== 'write') return null;
    const moved = stepCommand(progressOf(command, null), { type: 'slotLost', fact });
    if (!moved.moved) return null;
    await this.save(tx, command, moved, { event: { type: 'slotLost', fact } });
    await this.watch(tx, command, moved.command.state);
    await this.recordEnding(tx, command, moved);
    this.announcer.command(tx, command, moved.command.state);
    return { ...command, ...moved.command };
  }

  /** What the output reads while the host holds a value of its own choice. */
  async noteReadback(commandId: string, value: number | null): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const command = await lockCommand(tx, commandId);
      if (command === undefined || command.readbackValue === value) return;
      await tx.query('UPDATE commands SET readback_value = $2, version = version + 1 WHERE id = $1', [commandId, value]);
      this.announcer.command(tx, command, command.state);
    });
  }

  private async mirror(tx: Transaction, command: StoredCommand, { hosted, epoch }: Evidence): Promise<void> {
    if (command.controllerId === null) return;
    const report = { pointId: command.pointId, controllerId: command.controllerId, epoch, hosted, at: this.clock.now() };
    if (await mirror(tx, report)) this.announcer.slots(tx, command.pointId, hosted);
  }

  private async save(tx: Transaction, command: StoredCommand, { command: next, code, fact }: Moved, step: Step): Promise<void> {
    const detail = step.detail ?? explainStep(next, code, step.evidence?.hosted);
    // A fact that comes with a release is about the slot of the command that it releases.
    const ownFact = command.operation === 'write' ? fact : null;
    await tx.query(
      `UPDATE commands SET state = $2, stored_value = $3, readback_value = $4, code = $5, detail = $6, fact = coalesce(fact, $7),
         updated_at = to_timestamp($8::double precision / 1000), version = version + 1
       WHERE id = $1`,
      [command.id, next.state, next.storedValue, next.readbackValue, code, detail, ownFact, this.clock.now()],
    );
    if (ownFact !== null) await dropIntent(tx, command.pointId, command.level, command.id);
  }

  /** What this step means for the command whose slot it took, or released, or found taken. */
  private async settleSlot(tx: Transaction, { operation, found }: StoredCommand, { command: next }: Moved): Promise<void> {
    const isStored = next.state === 'STORED' || next.state === 'CLAMPED';
    if (operation === 'write' && isStored && found.intent !== null) await this.noteFactOf(tx, found.intent.commandId, 'OVERTAKEN');
    if (operation === 'write' || found.released === null) return;
    if (isStored) await this.noteFactOf(tx, found.released, 'RELEASED');
    if (next.state === 'SUPERSEDED') await this.noteFactOf(tx, found.released, 'OVERTAKEN');
  }

  private async noteFactOf(tx: Transaction, commandId: string, fact: SlotFact): Promise<void> {
    const owner = await lockCommand(tx, commandId);
    if (owner !== undefined) await this.noteFact(tx, owner, fact);
  }

  private async watch(tx: Transaction, command: StoredCommand, state: CommandState): Promise<void> {
    const lookAgainAt = this.lookAgainAt(command, state);
    if (lookAgainAt === null) await clearTimer(tx, 'command', command.id);
    else await setTimer(tx, 'command', command.id, lookAgainAt);
    if (isFinal(state)) await clearTimer(tx, 'override-end', command.id);
  }

  private lookAgainAt({ deliverBy }: StoredCommand, state: CommandState): number | null {
    switch (state) {
      case 'SENT':
        return deliverBy + OVERDUE_MS;
      case 'STORED':
        return this.clock.now() + WATCH_MS;
      case 'UNKNOWN':
        return this.clock.now() + 1_000;
      default:
        return null;
    }
  }

  private async recordEnding(tx: Transaction, command: StoredCommand, { command: next, code }: Moved, detail?: string): Promise<void> {
    const refusal = AUDITED[next.state];
    if (refusal === undefined) return;
    await this.audit.record(tx, {
      actor: { system: 'command delivery' },
      operation: command.operation === 'write' ? 'point.override' : 'point.release',
      target: `point ${command.pointLabel}`,
      targetId: command.pointId,
      chainKey: command.controllerId ?? command.pointId,
      result: 'refused',
      code: refusal,
      reason: detail ?? code ?? next.state,
      after: { command: command.id, owner: ownerOf(command), level: command.level, value: command.value, state: next.state },
    });
  }
}
