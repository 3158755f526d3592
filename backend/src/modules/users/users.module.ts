import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountController } from './account-controller.js';
import { UserAccounts } from './user-accounts.js';
import { UserEntity } from './user.entity.js';
import { UserQueries } from './user-queries.js';
import { UsersController } from './users-controller.js';

@Module({
  imports: [TypeOrmModule.forFeature([UserEntity])],
  controllers: [UsersController, AccountController],
  providers: [UserQueries, UserAccounts],
})
export class UsersModule {}
