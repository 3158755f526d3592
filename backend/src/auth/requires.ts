import type { Permission } from '@cupola/domain';
import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { CupolaRequest } from '../http/request-context.js';
import type { Actor } from './actor.js';

export const REQUIRED_PERMISSION = 'cupola:requires';
export const PUBLIC_REASON = 'cupola:public';

/** The permission that a route needs somewhere. The handler asks AccessService about the object's place. */
export const Requires = (permission: Permission) => SetMetadata(REQUIRED_PERMISSION, permission);

/** A route without an access token. The reason is read by the test that walks every route, and by people. */
export const Public = (why: string) => SetMetadata(PUBLIC_REASON, why);

/** The person or program behind the request; the guard has put it there. */
export const CurrentActor = createParamDecorator((_data: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<CupolaRequest>();
  if (actor === undefined) throw new Error('A public route has no actor.');
  return actor;
});
