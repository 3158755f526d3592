import { type createUser, DomainError, type updateUser, type User } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { hashPassword } from '../../auth/passwords.js';
import { SessionRegistry } from '../../auth/session-registry.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { lockAdministrators, requireAdministrator, writeGrants } from './grant-rows.js';
import { UserEntity } from './user.entity.js';
import { UserQueries } from './user-queries.js';

/** Makes and changes accounts; a changed account's sockets are told within the same second. */
@Injectable()
export class UserAccounts {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly queries: UserQueries,
    private readonly sessions: SessionRegistry,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError USERNAME_TAKEN, VALIDATION_FAILED */
  async create(actor: Actor, input: z.output<typeof createUser>): Promise<User> {
    const passwordHash = await hashPassword(input.password);
    return this.unitOfWork.run(async (tx) => {
      const [made] = await tx.query<{ id: string }>(
        'INSERT INTO users (username, name, password_hash) VALUES ($1, $2, $3) ON CONFLICT (username) DO NOTHING RETURNING id',
        [input.username, input.name, passwordHash],
      );
      if (made === undefined) throw new DomainError('USERNAME_TAKEN', `There is already a user "${input.username}".`);
      await writeGrants(tx, made.id, input.grants);
      const user = await this.queries.byId(made.id, tx);
      await this.record(tx, actor, 'user.create', user, { after: rightsOf(user) });
      return user;
    });
  }

  /** @throws DomainError NOT_FOUND, LAST_ADMINISTRATOR, VALIDATION_FAILED */
  async update(actor: Actor, id: string, input: z.output<typeof updateUser>): Promise<User> {
    return this.unitOfWork.run(async (tx) => {
      await lockAdministrators(tx);
      const entity = await this.locked(tx, id);
      const before = await this.queries.byId(id, tx);
      entity.name = input.name ?? entity.name;
      entity.disabled = input.disabled ?? entity.disabled;
      await tx.manager.save(entity);
      if (input.grants !== undefined) await writeGrants(tx, id, input.grants);
      await requireAdministrator(tx);
      if (entity.disabled) await this.sessions.endAll(tx, id, 'user disabled');
      else if (input.grants !== undefined) this.sessions.rightsChanged(tx, id);
      const user = await this.queries.byId(id, tx);
      await this.record(tx, actor, 'user.update', user, { before: rightsOf(before), after: rightsOf(user) });
      return user;
    });
  }

  /** Every session of the user ends, except the one that `keep` names. @throws DomainError NOT_FOUND */
  async setPassword(actor: Actor, id: string, password: string, keep: string | null = null): Promise<void> {
    const passwordHash = await hashPassword(password);
    await this.unitOfWork.run(async (tx) => {
      const entity = await this.locked(tx, id);
      entity.passwordHash = passwordHash;
      await tx.manager.save(entity);
      await this.sessions.endAll(tx, id, 'password changed', keep);
      await this.record(tx, actor, 'user.password', entity, {});
    });
  }

  private async locked(tx: Transaction, id: string): Promise<UserEntity> {
    const entity = await tx.manager.findOne(UserEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (entity === null) throw new DomainError('NOT_FOUND', 'There is no such user.');
    return entity;
  }

  private record(
    tx: Transaction,
    actor: Actor,
    operation: string,
    user: { id: string; username: string },
    change: { before?: unknown; after?: unknown },
  ): Promise<void> {
    return this.audit.record(tx, { actor, operation, target: user.username, targetId: user.id, chainKey: user.id, result: 'done', ...change });
  }
}

/** What the trail keeps of an account: who it is and what it may. */
function rightsOf({ username, name, disabled, grants }: User) {
  return { username, name, disabled, grants };
}
