import type { HostedPoint } from '@cupola/contracts';
import type { CommandState } from '@cupola/domain';
import type { MessageBus } from '@cupola/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { BUS } from '../../bus.js';
import { Clock } from '../../clock.js';
import type { Transaction } from '../../database/unit-of-work.js';

/** Tells everybody, after commit, what commands and slots did. */
@Injectable()
export class CommandAnnouncer {
  constructor(
    @Inject(BUS) private readonly bus: MessageBus,
    private readonly clock: Clock,
  ) {}

  command(tx: Transaction, command: { id: string; pointId: string }, state: CommandState): void {
    tx.afterCommit(() => this.bus.publish('live.commands', { at: this.clock.now(), commandId: command.id, pointId: command.pointId, state }));
  }

  slots(tx: Transaction, pointId: string, hosted: HostedPoint | null): void {
    tx.afterCommit(() => this.bus.publish('live.slots', { pointId, hosted }));
  }
}
