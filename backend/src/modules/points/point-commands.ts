import type { PointDetail } from '@cupola/contracts';
import type { Location } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { CommandQueries, SlotQueries } from '../commands/index.js';
import type { PointRow } from './point-rows.js';

type Written = Pick<PointDetail, 'slots' | 'winner' | 'hostedAt' | 'relinquishDefault' | 'commands'>;

const SHOWN_COMMANDS = 20;

/** What was written to a point, and whether a caller may write now. */
@Injectable()
export class PointCommands {
  constructor(
    private readonly access: AccessService,
    private readonly slots: SlotQueries,
    private readonly commands: CommandQueries,
  ) {}

  async of(pointId: string): Promise<Written> {
    const [slots, commands] = await Promise.all([this.slots.slots(pointId), this.commands.ofPoint(pointId, SHOWN_COMMANDS)]);
    return { ...slots, commands };
  }

  /** The first reason that stands against a write, in words. The pipeline checks again when somebody writes. */
  permission(actor: Actor, row: PointRow, location: Location): Pick<PointDetail, 'mayCommand' | 'whyNot'> {
    const whyNot = this.reasonAgainst(actor, row, location);
    return { mayCommand: whyNot === null, whyNot };
  }

  private reasonAgainst(actor: Actor, row: PointRow, location: Location): string | null {
    if (!row.writable) return 'This point is only read, it cannot be commanded.';
    if (!this.access.may(actor, 'points.command', location)) return 'Your roles do not allow commands here.';
    if (row.controller_id === null) return 'No controller serves this point yet.';
    if (row.link !== 'online') return `The controller ${row.controller_name ?? ''} is offline: a command could not be delivered.`;
    return null;
  }
}
