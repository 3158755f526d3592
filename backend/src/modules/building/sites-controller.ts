import { createSite, equipmentItem, page, siteTree, type SiteTree, sitesResponse, zonesQuery, zonesResponse } from '@cupola/contracts';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ZodBody, ZodQuery } from '../../http/validation.js';
import { EquipmentQueries, equipmentQuery } from './equipment-queries.js';
import { SiteQueries } from './site-queries.js';
import { type NewSite, SiteRegistry } from './site-registry.js';
import { ZoneSearch } from './zone-search.js';

const equipmentPage = page(equipmentItem);

/** Sites with their buildings and floors, the zones and the equipment in them. */
@Controller('api/v1')
export class SitesController {
  constructor(
    private readonly queries: SiteQueries,
    private readonly registry: SiteRegistry,
    private readonly equipment: EquipmentQueries,
    private readonly zones: ZoneSearch,
  ) {}

  @Get('sites')
  @Requires('building.read')
  @Answers(sitesResponse)
  async sites(@CurrentActor() actor: Actor): Promise<{ items: SiteTree[] }> {
    return { items: await this.queries.tree(actor) };
  }

  @Post('sites')
  @Requires('building.import')
  @Answers(siteTree, 201)
  create(@CurrentActor() actor: Actor, @Body(new ZodBody(createSite)) body: NewSite): Promise<SiteTree> {
    return this.registry.create(actor, body);
  }

  @Get('zones')
  @Requires('building.read')
  @Answers(zonesResponse)
  async findZones(@CurrentActor() actor: Actor, @Query(new ZodQuery(zonesQuery)) query: z.output<typeof zonesQuery>): Promise<z.infer<typeof zonesResponse>> {
    return { items: await this.zones.find(actor, query) };
  }

  @Get('equipment')
  @Requires('building.read')
  @Answers(equipmentPage)
  listEquipment(
    @CurrentActor() actor: Actor,
    @Query(new ZodQuery(equipmentQuery)) query: z.output<typeof equipmentQuery>,
  ): Promise<z.infer<typeof equipmentPage>> {
    return this.equipment.list(actor, query);
  }
}
