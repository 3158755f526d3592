import { type ControllerDetail, controllerDetail } from '@cupola/contracts';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ParseId } from '../../http/validation.js';
import { ControllerQueries } from './controller-queries.js';
import { Settlement } from './settlement.js';

/** What a technician settles after two boxes used one identity, or a box was restored from a copy. */
@Controller('api/v1/controllers')
export class SettlementController {
  constructor(
    private readonly queries: ControllerQueries,
    private readonly settlement: Settlement,
  ) {}

  /** One box alone uses the identity now: commands that were held back are sent again. */
  @Post(':id/identity/settle')
  @HttpCode(200)
  @Requires('controllers.confirm')
  @Answers(controllerDetail)
  async settle(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<ControllerDetail> {
    await this.queries.require(actor, 'controllers.confirm', id);
    await this.settlement.settleIdentity(actor, id);
    return this.queries.get(actor, id);
  }

  /** After close code 4509: the controller's streams start anew at its next HELLO. */
  @Post(':id/streams/accept')
  @HttpCode(200)
  @Requires('controllers.confirm')
  @Answers(controllerDetail)
  async accept(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<ControllerDetail> {
    await this.queries.require(actor, 'controllers.confirm', id);
    await this.settlement.acceptNewStreams(actor, id);
    return this.queries.get(actor, id);
  }
}
