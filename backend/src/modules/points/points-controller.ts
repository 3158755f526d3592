import { floorDetail, type FloorDetail, page, plantDetail, type PlantDetail, point, pointDetail, type PointDetail, pointsQuery, samplesQuery, samplesResponse } from '@cupola/contracts';
import { Controller, Get, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ParseId, ZodQuery } from '../../http/validation.js';
import { PointQueries, type PointsQuery } from './point-queries.js';
import { SampleQueries, type SamplesPage, type SamplesQuery } from './sample-queries.js';

const pointsPage = page(point);

/** Points, where they stand, and their history. */
@Controller('api/v1')
export class PointsController {
  constructor(
    private readonly points: PointQueries,
    private readonly samples: SampleQueries,
  ) {}

  @Get('points')
  @Requires('points.read')
  @Answers(pointsPage)
  list(@CurrentActor() actor: Actor, @Query(new ZodQuery(pointsQuery)) query: PointsQuery): Promise<z.infer<typeof pointsPage>> {
    return this.points.list(actor, query);
  }

  @Get('points/:id')
  @Requires('points.read')
  @Answers(pointDetail)
  detail(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<PointDetail> {
    return this.points.detail(actor, id);
  }

  @Get('points/:id/samples')
  @Requires('history.read')
  @Answers(samplesResponse)
  history(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string, @Query(new ZodQuery(samplesQuery)) query: SamplesQuery): Promise<SamplesPage> {
    return this.samples.page(actor, id, query);
  }

  @Get('floors/:id')
  @Requires('building.read')
  @Answers(floorDetail)
  floor(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<FloorDetail> {
    return this.points.floor(actor, id);
  }

  @Get('buildings/:id/plant')
  @Requires('building.read')
  @Answers(plantDetail)
  plant(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<PlantDetail> {
    return this.points.plant(actor, id);
  }
}
