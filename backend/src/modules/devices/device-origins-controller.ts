import { deviceOrigins } from '@cupola/contracts';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import type { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ParseId, ZodBody } from '../../http/validation.js';
import { DeviceOrigins } from './device-origins.js';

type Origins = z.output<typeof deviceOrigins>;

/** Which origins the controllers of a site may name in their upgrade requests. */
@Controller('api/v1/sites')
export class DeviceOriginsController {
  constructor(private readonly origins: DeviceOrigins) {}

  @Get(':id/device-origins')
  @Requires('controllers.read')
  @Answers(deviceOrigins)
  async list(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<Origins> {
    return { origins: await this.origins.list(actor, id) };
  }

  /** The whole list. Sessions from an origin that is not on it any more are closed within two seconds. */
  @Put(':id/device-origins')
  @Requires('controllers.origins')
  @Answers(deviceOrigins)
  async replace(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string, @Body(new ZodBody(deviceOrigins)) body: Origins): Promise<Origins> {
    return { origins: await this.origins.replace(actor, id, body.origins) };
  }
}
