import { elevation, type Elevation, powerHistory, type PowerHistory } from '@cupola/contracts';
import { Controller, Get, Param } from '@nestjs/common';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ParseId } from '../../http/validation.js';
import { ElevationQueries } from './elevation-queries.js';
import { PowerQueries } from './power-queries.js';

/** A building as its overview shows it. */
@Controller('api/v1/buildings')
export class ElevationController {
  constructor(
    private readonly queries: ElevationQueries,
    private readonly power: PowerQueries,
  ) {}

  @Get(':id/elevation')
  @Requires('points.read')
  @Answers(elevation)
  elevation(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<Elevation> {
    return this.queries.elevation(actor, id);
  }

  @Get(':id/power')
  @Requires('history.read')
  @Answers(powerHistory)
  powerHistory(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<PowerHistory> {
    return this.power.lastHours(actor, id);
  }
}
