import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BackendConfig } from '../config/backend-config.js';
import { Database } from './database.js';
import { UnitOfWork } from './unit-of-work.js';

/** The one connection pool. Feature modules add their entities with `TypeOrmModule.forFeature`. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [BackendConfig],
      useFactory: (config: BackendConfig) => ({
        type: 'postgres' as const,
        url: config.databaseUrl,
        autoLoadEntities: true,
        synchronize: false,
        migrationsRun: false,
        // The shell waits for Postgres before it starts us; a wrong address should be said at once.
        retryAttempts: 1,
        poolSize: 20,
        connectTimeoutMS: 5_000,
        applicationName: 'cupola-backend',
      }),
    }),
  ],
  providers: [Database, UnitOfWork],
  exports: [Database, UnitOfWork],
})
export class DatabaseModule {}
