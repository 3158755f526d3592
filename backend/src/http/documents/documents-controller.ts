import { Controller, Get, Header, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Public } from '../../auth/requires.js';
import { ApiDocuments } from './api-documents.js';
import { DOCS_PAGE, DOCS_SCRIPT, swaggerUiFile } from './docs-page.js';

const WHY = 'documents about the interface hold nothing of a building';

/** Documents for people who write programs against Cupola. */
@Controller('api')
export class DocumentsController {
  constructor(private readonly documents: ApiDocuments) {}

  @Get('openapi.json')
  @Header('Cache-Control', 'no-cache')
  @Public(WHY)
  openApi(): object {
    return this.documents.openApi();
  }

  @Get('asyncapi.yaml')
  @Header('Content-Type', 'application/yaml; charset=utf-8')
  @Header('Cache-Control', 'no-cache')
  @Public(WHY)
  asyncApi(): string {
    return this.documents.asyncApi();
  }

  @Get('docs')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Public(WHY)
  page(): string {
    return DOCS_PAGE;
  }

  @Get('docs/start.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  @Public(WHY)
  script(): string {
    return DOCS_SCRIPT;
  }

  @Get('docs/swagger-ui.css')
  @Public(WHY)
  styles(@Res() response: Response): void {
    response.sendFile(swaggerUiFile('swagger-ui.css'));
  }

  @Get('docs/swagger-ui-bundle.js')
  @Public(WHY)
  bundle(@Res() response: Response): void {
    response.sendFile(swaggerUiFile('swagger-ui-bundle.js'));
  }
}
