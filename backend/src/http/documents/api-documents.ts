import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { listRoutes, type RouteDeclaration } from '../route-list.js';
import { asyncApi } from './asyncapi.js';
import type { JsonSchema } from './contract-schemas.js';
import { openApiOf } from './openapi.js';

/** What other people read about our interfaces: generated from the same declarations that the program runs on. */
@Injectable()
export class ApiDocuments {
  private openApiDocument: JsonSchema | null = null;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  routes(): RouteDeclaration[] {
    return listRoutes(this.discovery, this.scanner);
  }

  openApi(): JsonSchema {
    return (this.openApiDocument ??= openApiOf(this.routes()));
  }

  /** YAML 1.2, of which JSON is a part. */
  asyncApi(): string {
    return asyncApi();
  }
}
