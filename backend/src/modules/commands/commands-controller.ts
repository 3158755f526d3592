import { type Command, command, commandsQuery, page } from '@cupola/contracts';
import { Controller, Get, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ParseId, ZodQuery } from '../../http/validation.js';
import { CommandQueries, type CommandsQuery } from './command-queries.js';

const commandsPage = page(command);

/** What became of commands. */
@Controller('api/v1/commands')
export class CommandsController {
  constructor(private readonly queries: CommandQueries) {}

  @Get()
  @Requires('points.read')
  @Answers(commandsPage)
  list(@CurrentActor() actor: Actor, @Query(new ZodQuery(commandsQuery)) query: CommandsQuery): Promise<z.infer<typeof commandsPage>> {
    return this.queries.list(actor, query);
  }

  @Get(':id')
  @Requires('points.read')
  @Answers(command)
  one(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<Command> {
    return this.queries.get(actor, id);
  }
}
