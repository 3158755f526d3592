import 'reflect-metadata';
import type { MessageBus } from '@cupola/messaging';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { RequestHandler } from 'express';
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { DestinationStream, Logger } from 'pino';
import { type GatewayClock, systemClock } from './clock.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { GatewayConfigError } from './config/read-gateway-config.js';
import { GatewayModule } from './gateway.module.js';
import { followCertificate } from './http/certificate.js';
import { GatewayHttpAdapter } from './http/gateway-http-adapter.js';
import { sendProblem } from './http/problem-filter.js';
import { PublicUrl } from './http/public-url.js';
import { bodyParsers } from './http/read-body.js';
import { Caller } from './listener/caller.js';
import { ClientKey } from './listener/client-key.js';
import { RemoteAddress } from './listener/remote-address.js';
import { createLog } from './log.js';
import { SessionHost } from './session-host.js';

const POINT_LIST_PATH = '/device/v1/points';

export interface GatewayOptions {
  config: GatewayConfig;
  bus: MessageBus;
  /** Default: the system's clocks. */
  clock?: GatewayClock;
  /** Where log lines go; default: standard error. */
  logTo?: DestinationStream;
}

export interface RunningGateway {
  /** Where the program listens, without a trailing slash. */
  url: string;
  gatewayId: string;
  /** Drains: sessions get DRAIN and their last acknowledgements, then 1012. */
  close(): Promise<void>;
}

/** Starts a device gateway. It listens even while backend is away, and says so on `/health/ready`. */
export async function createDeviceGateway({ config, bus, clock = systemClock, logTo }: GatewayOptions): Promise<RunningGateway> {
  const log = createLog(config.logLevel, logTo);
  const gatewayId = config.gatewayId ?? `gateway-${randomUUID()}`;
  const remote = new RemoteAddress(config.trustedProxies);
  const caller = new Caller(remote, new ClientKey(remote, config.proxySecret), config.clientKeys === 'required');
  const module = GatewayModule.within({ config, gatewayId, bus, clock, log, remote, caller });
  const app = await NestFactory.create<NestExpressApplication>(module, new GatewayHttpAdapter(config), {
    bodyParser: false,
    abortOnError: false,
    // Our own log and the caller say what failed.
    logger: ['fatal'],
  });
  app.disable('x-powered-by');
  const host = app.get(SessionHost);
  app.use(refuseExposedTickets(host, log));
  for (const parser of bodyParsers(POINT_LIST_PATH)) app.use(parser);
  const server: Server = app.getHttpServer();
  host.upgrades.listen(server);
  await host.start();
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    await app.close();
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw isTaken ? new GatewayConfigError(`CUPOLA_GATEWAY_PORT ${config.port} is taken by another program.`) : error;
  }
  const url = addressOf(config, server);
  app.get(PublicUrl).set(config.publicUrl ?? url);
  const unfollow = config.tls === null ? () => undefined : followCertificate(server as TlsServer, config.tls, (error) => log.error({ err: error }, 'the certificate was not renewed'));
  return { url, gatewayId, close: () => app.close().finally(unfollow) };
}

function refuseExposedTickets(host: SessionHost, log: Logger): RequestHandler {
  return (request, response, next) => {
    host.exposed.burn(request).then(
      (refusal) => (refusal === null ? next() : sendProblem(response, refusal)),
      (error: unknown) => {
        log.error({ err: error }, 'a request failed');
        next(error);
      },
    );
  };
}

function addressOf({ host, tls }: GatewayConfig, server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
