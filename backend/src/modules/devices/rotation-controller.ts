import { type ControllerDetail, controllerDetail } from '@cupola/contracts';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ParseId } from '../../http/validation.js';
import { ControllerQueries } from './controller-queries.js';
import { Rotation } from './rotation.js';

/** The secrets of controllers. */
@Controller('api/v1/controllers')
export class RotationController {
  constructor(
    private readonly queries: ControllerQueries,
    private readonly rotation: Rotation,
  ) {}

  /** Replaces the controller's secret in its session, now or as soon as it is back. The old one works until the new one was used once. */
  @Post(':id/rotate')
  @HttpCode(200)
  @Requires('controllers.confirm')
  @Answers(controllerDetail)
  async rotate(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<ControllerDetail> {
    await this.queries.require(actor, 'controllers.confirm', id);
    await this.rotation.start(actor, id);
    return this.queries.get(actor, id);
  }
}
