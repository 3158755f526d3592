import { type Command, command, forcedSlot, IDEMPOTENCY_HEADER, LIVE_EPOCH_HEADER, overrideRequest, overridesQuery, page, releaseRequest } from '@cupola/contracts';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ParseId, parseOrRefuse, ZodBody, ZodQuery } from '../../http/validation.js';
import { OverrideRegister, type OverridesQuery } from './override-register.js';
import { OverrideRequests } from './override-requests.js';

const overridesPage = page(forcedSlot);
const idempotencyKey = z.string().min(1).max(128).optional();

/** An operator's override of a point, its release, and the register of everything forced. */
@Controller('api/v1')
export class OverridesController {
  constructor(
    private readonly requests: OverrideRequests,
    private readonly register: OverrideRegister,
  ) {}

  @Get('overrides')
  @Requires('overrides.read')
  @Answers(overridesPage)
  list(@CurrentActor() actor: Actor, @Query(new ZodQuery(overridesQuery)) query: OverridesQuery): Promise<z.infer<typeof overridesPage>> {
    return this.register.list(actor, query);
  }

  /** The command is accepted, not yet carried out: its state says what became of it. */
  @Post('points/:id/overrides')
  @HttpCode(202)
  @Requires('points.command')
  @Answers(command, 202)
  override(
    @CurrentActor() actor: Actor,
    @Param('id', ParseId) pointId: string,
    @Body(new ZodBody(overrideRequest)) body: z.output<typeof overrideRequest>,
    @Headers(IDEMPOTENCY_HEADER) key: string | undefined,
    @Headers(LIVE_EPOCH_HEADER) epoch: string | undefined,
  ): Promise<Command> {
    return this.requests.override({ actor, pointId, idempotencyKey: keyFrom(key), liveEpoch: epoch }, body);
  }

  @Post('points/:id/overrides/release')
  @HttpCode(202)
  @Requires('points.command')
  @Answers(command, 202)
  release(
    @CurrentActor() actor: Actor,
    @Param('id', ParseId) pointId: string,
    @Body(new ZodBody(releaseRequest)) body: z.output<typeof releaseRequest>,
    @Headers(IDEMPOTENCY_HEADER) key: string | undefined,
    @Headers(LIVE_EPOCH_HEADER) epoch: string | undefined,
  ): Promise<Command> {
    return this.requests.release({ actor, pointId, idempotencyKey: keyFrom(key), liveEpoch: epoch }, body);
  }
}

function keyFrom(header: string | undefined): string | undefined {
  return parseOrRefuse(idempotencyKey, header, IDEMPOTENCY_HEADER);
}
