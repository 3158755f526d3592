import 'reflect-metadata';
import type { MessageBus } from '@cupola/messaging';
import { Logger, type LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AddressInfo } from 'node:net';
import { AppModule } from './app.module.js';
import { AllowedOrigins } from './auth/allowed-origins.js';
import { DEMO_ACCOUNT } from './auth/demo-account.js';
import { FirstAdministrator, type NewAdministrator } from './auth/first-administrator.js';
import { prepareUnknownUsers } from './auth/passwords.js';
import { type ServiceAccount, ServiceAccounts } from './auth/service-accounts.js';
import { type Clock, SystemClock } from './clock.js';
import type { BackendConfig } from './config/backend-config.js';
import { isLoopback } from './config/read-backend-config.js';
import { Database } from './database/database.js';
import { readCertificate } from './http/certificate.js';
import { prepareHttp } from './http/prepare-http.js';

export interface BackendOptions {
  config: BackendConfig;
  bus: MessageBus;
  /** Default: the system's clock. */
  clock?: Clock;
}

export interface RunningBackend {
  /** Where the program listens, without a trailing slash. */
  url: string;
  database: Database;
  /** Set when this start made the first account: a generated password is to be shown once. */
  firstAdministrator?: NewAdministrator;
  /** An account for a program that the installation itself starts; gives its password. */
  serviceAccount(account: ServiceAccount): Promise<string>;
  /** Stops taking requests, finishes those that run, and lets go of the database. */
  close(): Promise<void>;
}

const LOGGED: LogLevel[] = ['error', 'warn'];

/** Starts backend on a migrated database. */
export async function createBackend(options: BackendOptions): Promise<RunningBackend> {
  // Until it runs, whoever starts it gets every failure as an error, and says it once and in own words.
  Logger.overrideLogger(false);
  try {
    return await start(await buildApplication(options), options.config);
  } finally {
    Logger.overrideLogger(LOGGED);
  }
}

async function start(app: NestExpressApplication, config: BackendConfig): Promise<RunningBackend> {
  try {
    await prepareUnknownUsers();
    const made = await app.get(FirstAdministrator).ensure();
    if (config.demoPassword !== null) await app.get(ServiceAccounts).ensure({ ...DEMO_ACCOUNT, secret: { given: config.demoPassword } });
    const url = await listen(app, config);
    return {
      ...{ url, database: app.get(Database), ...(made === null ? {} : { firstAdministrator: made }) },
      serviceAccount: (account) => app.get(ServiceAccounts).ensure(account),
      close: () => app.close(),
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** The application without its port: what the documents are generated from, too. */
export async function buildApplication({ config, bus, clock = new SystemClock() }: BackendOptions): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.within({ config, bus, clock }), {
    bodyParser: false,
    abortOnError: false,
    ...(config.tls === null ? {} : { httpsOptions: readCertificate(config.tls) }),
  });
  prepareHttp(app, config);
  return app;
}

async function listen(app: NestExpressApplication, config: BackendConfig): Promise<string> {
  const server = await app.listen(config.port, config.host);
  const { port } = server.address() as AddressInfo;
  if (isLoopback(config.host)) app.get(AllowedOrigins).addLoopback(port);
  return `${config.tls === null ? 'http' : 'https'}://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
}
