import { hostedPoint } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { GatewayCall } from './gateway-call.js';
import { HostReports } from './host-reports.js';
import type { StoredCommand } from './stored-command.js';

const READ_MS = 5_000;

/** Asks a host by an explicit read what it holds: its own report of an ended override may have got lost. */
@Injectable()
export class HostConfirmation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly calls: GatewayCall,
    private readonly reports: HostReports,
  ) {}

  async ask(command: StoredCommand | undefined): Promise<void> {
    if (command === undefined || command.controllerId === null || command.key === null) return;
    const { id, controllerId, pointId } = command;
    const now = this.clock.now();
    const outcome = await this.calls.call(controllerId, 'point.read', { key: command.key }, `end:${id}:${now}`, now + READ_MS);
    const read = outcome.outcome === 'result' ? hostedPoint.safeParse(outcome.payload) : undefined;
    if (read?.success !== true) return;
    await this.unitOfWork.run((tx) => this.reports.take(tx, { controllerId, epoch: outcome.epoch }, { pointId, hosted: read.data }, []));
  }
}
