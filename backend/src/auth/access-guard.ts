import { DomainError } from '@cupola/contracts';
import { isAllowedSomewhere, type Permission } from '@cupola/domain';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { callerOf, type CupolaRequest } from '../http/request-context.js';
import { Authenticator } from './authenticator.js';
import { PUBLIC_REASON, REQUIRED_PERMISSION } from './requires.js';

/** Stands before every REST route: a valid session, and the route's permission held somewhere. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Nest runs guards for socket messages too; sockets are checked where they connect and subscribe.
    if (context.getType() !== 'http') return true;
    const handler = context.getHandler();
    if (this.reflector.get<string | undefined>(PUBLIC_REASON, handler) !== undefined) return true;
    const permission = this.reflector.get<Permission | undefined>(REQUIRED_PERMISSION, handler);
    if (permission === undefined) throw new Error(`${context.getClass().name}.${handler.name} declares no permission.`);
    const request = context.switchToHttp().getRequest<CupolaRequest>();
    const actor = await this.authenticator.byBearer(request.get('authorization'), callerOf(request));
    request.actor = actor;
    if (!isAllowedSomewhere(actor.grants, permission)) {
      throw new DomainError('FORBIDDEN', `Your roles do not allow this (${permission}).`);
    }
    return true;
  }
}
