import { type HostedPoint, hostedPoint } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { Database } from '../../database/database.js';
import { CommandLedger } from './command-ledger.js';
import { GatewayCall } from './gateway-call.js';
import { readMirror } from './host-mirror.js';
import type { StoredCommand } from './stored-command.js';

/** Outputs ramp: a present value that does not follow yet is read again, these milliseconds after the read before. */
const PAUSES_MS = [0, 200, 400, 800, 1_600];
const READ_MS = 5_000;

/** Proves a stored command by an explicit read after the RESULT: an unchanged value is never reported by itself. */
@Injectable()
export class Readback {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ledger: CommandLedger,
    private readonly calls: GatewayCall,
  ) {}

  /** Reads until the command's outcome is settled. `resultSeq`: the RESULT's number, where it is at hand. */
  async confirm(command: StoredCommand, resultSeq?: number | null): Promise<void> {
    if (command.fact !== null) return;
    const after = resultSeq ?? (await readMirror(this.database, command.pointId))?.readSeq ?? null;
    for (const [index, pauseMs] of PAUSES_MS.entries()) {
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      const read = await this.read(command, index);
      // A controller that went away meanwhile is read when it is back: the command's timer sees to it.
      if (read === null) return;
      const isLast = index === PAUSES_MS.length - 1;
      if (await this.judge(command, read, after, isLast)) return;
    }
  }

  private async judge(command: StoredCommand, { hosted, epoch }: Read, resultSeq: number | null, isLast: boolean): Promise<boolean> {
    const evidence = { hosted, epoch };
    const event = { type: isLast ? ('readFinally' as const) : ('read' as const), hosted };
    const settled = await this.ledger.step(command.id, { event, evidence, resultSeq });
    if (settled === null && command.state === 'CLAMPED') await this.ledger.noteReadback(command.id, hosted.presentValue);
    return settled !== null || command.state === 'CLAMPED';
  }

  private async read(command: StoredCommand, attempt: number): Promise<Read | null> {
    if (command.controllerId === null || command.key === null) return null;
    const now = this.clock.now();
    const key = `read:${command.id}:${attempt}:${now}`;
    const outcome = await this.calls.call(command.controllerId, 'point.read', { key: command.key }, key, now + READ_MS);
    if (outcome.outcome !== 'result') return null;
    const parsed = hostedPoint.safeParse(outcome.payload);
    return parsed.success ? { hosted: parsed.data, epoch: outcome.epoch } : null;
  }
}

interface Read {
  hosted: HostedPoint;
  epoch: number;
}
