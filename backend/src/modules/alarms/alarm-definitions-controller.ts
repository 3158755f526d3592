import { alarmDefinition, type AlarmDefinition, createAlarmDefinition, updateAlarmDefinition } from '@cupola/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ParseId, ZodBody } from '../../http/validation.js';
import { DefinitionQueries } from './definition-queries.js';
import { DefinitionRegistry } from './definition-registry.js';
import { DefinitionRemoval } from './definition-removal.js';

const definitions = z.object({ items: z.array(alarmDefinition) });

/** What counts as an alarm, and where. */
@Controller('api/v1/alarm-definitions')
export class AlarmDefinitionsController {
  constructor(
    private readonly queries: DefinitionQueries,
    private readonly registry: DefinitionRegistry,
    private readonly removal: DefinitionRemoval,
  ) {}

  @Get()
  @Requires('alarms.read')
  @Answers(definitions)
  async list(@CurrentActor() actor: Actor): Promise<z.infer<typeof definitions>> {
    return { items: await this.queries.list(actor) };
  }

  @Get(':id')
  @Requires('alarms.read')
  @Answers(alarmDefinition)
  one(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<AlarmDefinition> {
    return this.queries.get(actor, id);
  }

  @Post()
  @Requires('alarms.define')
  @Answers(alarmDefinition, 201)
  create(@CurrentActor() actor: Actor, @Body(new ZodBody(createAlarmDefinition)) body: z.output<typeof createAlarmDefinition>): Promise<AlarmDefinition> {
    return this.registry.create(actor, body);
  }

  @Patch(':id')
  @Requires('alarms.define')
  @Answers(alarmDefinition)
  update(
    @CurrentActor() actor: Actor,
    @Param('id', ParseId) id: string,
    @Body(new ZodBody(updateAlarmDefinition)) body: z.output<typeof updateAlarmDefinition>,
  ): Promise<AlarmDefinition> {
    return this.registry.update(actor, id, body);
  }

  /** Its live alarms end in the journal. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('alarms.define')
  remove(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<void> {
    return this.removal.remove(actor, id);
  }
}
