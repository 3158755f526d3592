import { Global, Module } from '@nestjs/common';
import { AuditController } from './audit-controller.js';
import { AuditQueries } from './audit-queries.js';
import { AuditTrail } from './audit-trail.js';

/** Every feature writes to the trail, so it is there without being imported. */
@Global()
@Module({ controllers: [AuditController], providers: [AuditTrail, AuditQueries], exports: [AuditTrail] })
export class AuditModule {}
