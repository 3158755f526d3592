import {
  bindChannels,
  type Claim,
  claim,
  claimController,
  confirmController,
  type Controller as ControllerView,
  type ControllerDetail,
  controller,
  controllerDetail,
  controllersQuery,
  csvQuery,
  csvReport,
  type CsvReport,
  page,
  registerController,
  registered,
  revokeController,
  timelineEntry,
  timelineQuery,
} from '@cupola/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ParseId, ZodBody, ZodQuery } from '../../http/validation.js';
import { Bindings } from './bindings.js';
import { ControllerLife } from './controller-life.js';
import { ControllerQueries, type ControllersQuery } from './controller-queries.js';
import { ControllerTimeline, type TimelineQuery } from './controller-timeline.js';
import { CsvRegistration } from './csv-registration.js';
import { readTextBody } from './read-text-body.js';
import { Registration } from './registration.js';

const MAX_CSV_BYTES = 2 * 1_048_576;
const controllersPage = page(controller);
const timelinePage = page(timelineEntry);

/** Registration, claiming and the life of controllers. */
@Controller('api/v1/controllers')
export class ControllersController {
  constructor(
    private readonly queries: ControllerQueries,
    private readonly registration: Registration,
    private readonly csvRegistration: CsvRegistration,
    private readonly life: ControllerLife,
    private readonly bindings: Bindings,
    private readonly timelines: ControllerTimeline,
  ) {}

  @Get()
  @Requires('controllers.read')
  @Answers(controllersPage)
  list(
    @CurrentActor() actor: Actor,
    @Query(new ZodQuery(controllersQuery)) query: ControllersQuery,
  ): Promise<z.infer<typeof controllersPage>> {
    return this.queries.list(actor, query);
  }

  @Get(':id')
  @Requires('controllers.read')
  @Answers(controllerDetail)
  one(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<ControllerDetail> {
    return this.queries.get(actor, id);
  }

  /** What happened to it during the last thirty days. Give `nextCursor` as `before` to go on. */
  @Get(':id/timeline')
  @Requires('controllers.read')
  @Answers(timelinePage)
  async timeline(
    @CurrentActor() actor: Actor,
    @Param('id', ParseId) id: string,
    @Query(new ZodQuery(timelineQuery)) query: TimelineQuery,
  ): Promise<z.infer<typeof timelinePage>> {
    await this.queries.require(actor, 'controllers.read', id);
    return this.timelines.page(id, query);
  }

  @Post()
  @Requires('controllers.register')
  @Answers(registered, 201)
  async register(
    @CurrentActor() actor: Actor,
    @Body(new ZodBody(registerController)) body: z.output<typeof registerController>,
  ): Promise<{ controller: ControllerView; claim: Claim }> {
    const { id, claim } = await this.registration.register(actor, body);
    return { controller: await this.queries.get(actor, id), claim };
  }

  /** `text/csv` with the columns name,type,site,building,equipment,serial; all rows or none. */
  @Post('csv')
  @HttpCode(200)
  @Requires('controllers.register')
  @Answers(csvReport)
  async registerCsv(
    @CurrentActor() actor: Actor,
    @Query(new ZodQuery(csvQuery)) query: z.output<typeof csvQuery>,
    @Req() request: Request,
  ): Promise<CsvReport> {
    const text = await readTextBody(request, 'text/csv', MAX_CSV_BYTES);
    return query.dryRun ? this.csvRegistration.dryRun(actor, text) : this.csvRegistration.apply(actor, text);
  }

  /** A new claim code, also for a controller that is enrolled already. */
  @Post(':id/claim')
  @Requires('controllers.register')
  @Answers(claim, 201)
  async claim(
    @CurrentActor() actor: Actor,
    @Param('id', ParseId) id: string,
    @Body(new ZodBody(claimController)) body: z.output<typeof claimController>,
  ): Promise<Claim> {
    await this.queries.require(actor, 'controllers.register', id);
    return this.life.claim(actor, id, body.claimTtlMs);
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Requires('controllers.confirm')
  @Answers(controllerDetail)
  async confirm(
    @CurrentActor() actor: Actor,
    @Param('id', ParseId) id: string,
    @Body(new ZodBody(confirmController)) body: z.output<typeof confirmController>,
  ): Promise<ControllerDetail> {
    await this.queries.require(actor, 'controllers.confirm', id);
    await this.life.confirm(actor, id, body);
    return this.queries.get(actor, id);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Requires('controllers.revoke')
  @Answers(controllerDetail)
  async revoke(
    @CurrentActor() actor: Actor,
    @Param('id', ParseId) id: string,
    @Body(new ZodBody(revokeController)) body: z.output<typeof revokeController>,
  ): Promise<ControllerDetail> {
    await this.queries.require(actor, 'controllers.revoke', id);
    await this.life.revoke(actor, id, body);
    return this.queries.get(actor, id);
  }

  @Put(':id/bindings')
  @Requires('controllers.register')
  @Answers(controllerDetail)
  async bind(
    @CurrentActor() actor: Actor,
    @Param('id', ParseId) id: string,
    @Body(new ZodBody(bindChannels)) body: z.output<typeof bindChannels>,
  ): Promise<ControllerDetail> {
    await this.queries.require(actor, 'controllers.register', id);
    await this.bindings.bind(actor, id, body.bindings);
    return this.queries.get(actor, id);
  }
}
