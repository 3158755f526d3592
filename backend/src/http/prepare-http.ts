import type { NestExpressApplication } from '@nestjs/platform-express';
import cookieParser from 'cookie-parser';
import type { RequestHandler } from 'express';
import { Authenticator } from '../auth/authenticator.js';
import { Burning } from '../auth/burning.js';
import type { BackendConfig } from '../config/backend-config.js';
import { bodyParsers } from './body-parsing.js';
import { consoleFiles } from './console-files.js';
import { Metrics } from './metrics.js';
import { refuseSecretsInUrl } from './refuse-secrets-in-url.js';
import { callerOf, correlate } from './request-context.js';
import { securityHeaders } from './security-headers.js';

/** Everything in front of the routes, in the order in which a request passes it. */
export function prepareHttp(app: NestExpressApplication, config: BackendConfig): void {
  const authenticator = app.get(Authenticator);
  const burning = app.get(Burning);
  app.disable('x-powered-by');
  // Answers are not kept anywhere, so a tag to ask again with would be work for nothing.
  app.disable('etag');
  app.set('trust proxy', [...config.trustedProxies]);
  app.set('query parser', 'simple');
  app.use(correlate);
  app.use('/api/v1', keepNothing);
  app.use(app.get(Metrics).observe);
  app.use(...securityHeaders(config.publicUrl?.startsWith('https:') ?? false));
  app.use(refuseSecretsInUrl((secret, request) => burning.burn(secret, callerOf(request))));
  app.use(cookieParser());
  app.use(...bodyParsers((header) => authenticator.requireToken(header)));
  if (config.consoleDir !== null) app.use(...consoleFiles(config.consoleDir));
}

/** Values of a building and of accounts stay out of every cache on the way. */
const keepNothing: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};
