import { createUser, page, pageQuery, setPassword, updateUser, type User, user } from '@cupola/contracts';
import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Actor } from '../../auth/actor.js';
import { CurrentActor, Requires } from '../../auth/requires.js';
import { Answers } from '../../http/answers.js';
import { ParseId, ZodBody, ZodQuery } from '../../http/validation.js';
import { UserAccounts } from './user-accounts.js';
import { UserQueries } from './user-queries.js';

const usersQuery = z.object(pageQuery);
const usersPage = page(user);

/** Accounts and what they may. */
@Controller('api/v1/users')
export class UsersController {
  constructor(
    private readonly queries: UserQueries,
    private readonly accounts: UserAccounts,
  ) {}

  @Get()
  @Requires('users.read')
  @Answers(usersPage)
  list(@Query(new ZodQuery(usersQuery)) query: z.output<typeof usersQuery>): Promise<z.infer<typeof usersPage>> {
    return this.queries.page(query.limit, query.cursor);
  }

  @Get(':id')
  @Requires('users.read')
  @Answers(user)
  one(@Param('id', ParseId) id: string): Promise<User> {
    return this.queries.byId(id);
  }

  @Post()
  @Requires('users.write')
  @Answers(user, 201)
  create(@CurrentActor() actor: Actor, @Body(new ZodBody(createUser)) body: z.output<typeof createUser>): Promise<User> {
    return this.accounts.create(actor, body);
  }

  /** Changes only what the body names. */
  @Patch(':id')
  @Requires('users.write')
  @Answers(user)
  update(
    @CurrentActor() actor: Actor,
    @Param('id', ParseId) id: string,
    @Body(new ZodBody(updateUser)) body: z.output<typeof updateUser>,
  ): Promise<User> {
    return this.accounts.update(actor, id, body);
  }

  /** Every session of the user ends. */
  @Post(':id/password')
  @HttpCode(204)
  @Requires('users.write')
  async setPassword(
    @CurrentActor() actor: Actor,
    @Param('id', ParseId) id: string,
    @Body(new ZodBody(setPassword)) body: z.output<typeof setPassword>,
  ): Promise<void> {
    await this.accounts.setPassword(actor, id, body.password);
  }
}
