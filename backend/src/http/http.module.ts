import { Global, Module } from '@nestjs/common';
import { APP_FILTER, DiscoveryModule } from '@nestjs/core';
import { ApiDocuments } from './documents/api-documents.js';
import { DocumentsController } from './documents/documents-controller.js';
import { HealthController } from './health-controller.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics-controller.js';
import { ProblemFilter } from './problem-filter.js';
import { RefusalAudit } from './refusal-audit.js';

/** What every REST request passes, and the addresses that belong to no feature. */
@Global()
@Module({
  imports: [DiscoveryModule],
  controllers: [HealthController, MetricsController, DocumentsController],
  providers: [ApiDocuments, Metrics, RefusalAudit, { provide: APP_FILTER, useClass: ProblemFilter }],
  exports: [Metrics],
})
export class HttpModule {}
