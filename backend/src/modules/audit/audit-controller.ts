import { auditQuery, auditRecord, page } from '@cupola/contracts';
import { Controller, Get, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ZodQuery } from '../../http/validation.js';
import { AuditQueries } from './audit-queries.js';

const auditPage = page(auditRecord);

/** Who changed what, and who tried. */
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly queries: AuditQueries) {}

  @Get()
  @Requires('audit.read')
  @Answers(auditPage)
  list(@Query(new ZodQuery(auditQuery)) query: z.output<typeof auditQuery>): Promise<z.infer<typeof auditPage>> {
    return this.queries.page(query);
  }
}
