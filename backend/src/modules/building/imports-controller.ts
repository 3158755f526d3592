import { DomainError, importQuery, importReport, type ImportReport, page, pageQuery } from '@cupola/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ParseId, ZodQuery } from '../../http/validation.js';
import { ImportApplier } from './import/import-applier.js';
import { ImportQueries } from './import/import-queries.js';
import { ImportService } from './import/import-service.js';
import type { ImportOptions } from './import/prepare-import.js';

const listQuery = z.object(pageQuery);
const importsPage = page(importReport);

/** Import of building models in two phases: a report, then one transaction. */
@Controller('api/v1/imports')
export class ImportsController {
  constructor(
    private readonly imports: ImportService,
    private readonly applier: ImportApplier,
    private readonly queries: ImportQueries,
  ) {}

  @Post()
  @Requires('building.import')
  @Answers(importReport, 201)
  prepare(@CurrentActor() actor: Actor, @Query(new ZodQuery(importQuery)) options: ImportOptions, @Body() body: unknown): Promise<ImportReport> {
    return this.imports.prepare(actor, options, requireTurtle(body));
  }

  @Get()
  @Requires('building.import')
  @Answers(importsPage)
  list(@CurrentActor() actor: Actor, @Query(new ZodQuery(listQuery)) query: z.output<typeof listQuery>): Promise<z.infer<typeof importsPage>> {
    return this.queries.list(actor, query);
  }

  @Get(':id')
  @Requires('building.import')
  @Answers(importReport)
  get(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<ImportReport> {
    return this.queries.get(actor, id);
  }

  @Post(':id/apply')
  @HttpCode(200)
  @Requires('building.import')
  @Answers(importReport)
  apply(@CurrentActor() actor: Actor, @Param('id', ParseId) id: string): Promise<ImportReport> {
    return this.applier.apply(actor, id);
  }
}

/** The body parser reads `text/turtle` at this address as one text; anything else was JSON, or nothing. */
function requireTurtle(body: unknown): string {
  if (body !== undefined && typeof body !== 'string') throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send the model as Turtle (Content-Type: text/turtle).');
  if (body === undefined || body.trim() === '') throw new DomainError('MODEL_EMPTY', 'The request has no body: send the Turtle text of the model.');
  return body;
}
