import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { BackendConfig } from '../config/backend-config.js';
import { AccessGuard } from './access-guard.js';
import { AccessService } from './access-service.js';
import { AccessTokens } from './access-tokens.js';
import { AllowedOrigins } from './allowed-origins.js';
import { AuthController } from './auth-controller.js';
import { Authenticator } from './authenticator.js';
import { Burning } from './burning.js';
import { ConsoleTickets } from './console-tickets.js';
import { Credentials } from './credentials.js';
import { FirstAdministrator } from './first-administrator.js';
import { LoginThrottle } from './login-throttle.js';
import { RefreshCookie } from './refresh-cookie.js';
import { RefreshTokens } from './refresh-tokens.js';
import { ServiceAccounts } from './service-accounts.js';
import { SessionActors } from './session-actors.js';
import { SessionCleanup } from './session-cleanup.js';
import { SessionRegistry } from './session-registry.js';
import { Sessions } from './sessions.js';
import { loadSigningKeys, SigningKeys } from './signing-keys.js';

/** Who calls, and what they may. */
@Global()
@Module({
  controllers: [AuthController],
  providers: [
    { provide: SigningKeys, inject: [BackendConfig], useFactory: (config: BackendConfig) => loadSigningKeys(config.dataDir) },
    { provide: APP_GUARD, useClass: AccessGuard },
    ...[AccessTokens, SessionActors, Authenticator, AccessService, AllowedOrigins, Burning, ConsoleTickets, Credentials],
    ...[FirstAdministrator, LoginThrottle, RefreshCookie, RefreshTokens, SessionCleanup, SessionRegistry, Sessions, ServiceAccounts],
  ],
  exports: [AccessService, AccessTokens, AllowedOrigins, Authenticator, ConsoleTickets, Credentials, SessionActors, SessionRegistry],
})
export class AuthModule {}
