import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { Database } from '../../database/database.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { CommandAnnouncer } from './command-announcer.js';
import { clearTimer, setTimer } from './command-timers.js';
import { HostConfirmation } from './host-confirmation.js';
import { dropIntent } from './intents.js';
import { lockCommand, readCommand, type StoredCommand } from './stored-command.js';

/** A host that did not say that the override ended is asked again after this long. */
const ASK_AGAIN_MS = 60_000;
const UNCONFIRMED = 'Its time is over. The controller has not confirmed yet that it let go of the value.';

/** Ends the server's side of an override at its time, whether or not the host says anything. */
@Injectable()
export class OverrideEnd {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly announcer: CommandAnnouncer,
    private readonly audit: AuditTrail,
    private readonly host: HostConfirmation,
  ) {}

  async end(commandId: string): Promise<void> {
    const command = await this.unitOfWork.run(async (tx) => {
      const locked = await lockCommand(tx, commandId);
      if (locked === undefined || locked.fact !== null) {
        await clearTimer(tx, 'override-end', commandId);
        return undefined;
      }
      const wasInForce = await dropIntent(tx, locked.pointId, locked.level, locked.id);
      if (wasInForce) {
        await tx.query('UPDATE commands SET detail = $2, version = version + 1 WHERE id = $1', [locked.id, UNCONFIRMED]);
        await this.record(tx, locked);
        this.announcer.command(tx, locked, locked.state);
        this.announcer.slots(tx, locked.pointId, null);
      }
      await setTimer(tx, 'override-end', commandId, this.clock.now() + ASK_AGAIN_MS);
      return locked;
    });
    if (command !== undefined) await this.host.ask(await readCommand(this.database, command.id));
  }

  private async record(tx: Parameters<AuditTrail['record']>[0], command: StoredCommand): Promise<void> {
    await this.audit.record(tx, {
      actor: { system: 'override runner' },
      operation: 'override.time-over',
      target: `point ${command.pointLabel}`,
      targetId: command.pointId,
      chainKey: command.controllerId ?? command.pointId,
      result: 'done',
      before: { command: command.id, level: command.level, value: command.value, by: command.by },
    });
  }
}
