import { floorDrawing, type FloorDrawing } from '@cupola/contracts';
import { Body, Controller, HttpCode, Param, Put } from '@nestjs/common';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { ParseId, ZodBody } from '../../http/validation.js';
import { FloorDrawings } from './floor-drawings.js';

/** Plans of floors as somebody drew them, in place of those arranged from the rooms' names. */
@Controller('api/v1/floors')
export class FloorDrawingsController {
  constructor(private readonly drawings: FloorDrawings) {}

  @Put(':id/plan')
  @HttpCode(204)
  @Requires('building.import')
  draw(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string, @Body(new ZodBody(floorDrawing)) body: FloorDrawing): Promise<void> {
    return this.drawings.draw(actor, id, body);
  }
}
