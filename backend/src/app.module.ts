import type { MessageBus } from '@cupola/messaging';
import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import { BUS } from './bus.js';
import { Clock } from './clock.js';
import { BackendConfig } from './config/backend-config.js';
import { DatabaseModule } from './database/database.module.js';
import { HttpModule } from './http/http.module.js';
import { LiveModule } from './live/live.module.js';
import { AlarmsModule } from './modules/alarms/index.js';
import { AuditModule } from './modules/audit/index.js';
import { BuildingModule } from './modules/building/index.js';
import { CommandsModule } from './modules/commands/index.js';
import { DevicesModule } from './modules/devices/index.js';
import { ElevationModule } from './modules/elevation/index.js';
import { HistoryModule } from './modules/history/index.js';
import { PointsModule } from './modules/points/index.js';
import { UsersModule } from './modules/users/index.js';

/** What the program was started with, for everybody to inject. */
export interface Surroundings {
  config: BackendConfig;
  bus: MessageBus;
  clock: Clock;
}

/** The product's table of contents. */
@Module({
  imports: [
    ...[DatabaseModule, AuthModule, AuditModule, HttpModule],
    ...[UsersModule, BuildingModule, DevicesModule, PointsModule, HistoryModule, CommandsModule, AlarmsModule, ElevationModule, LiveModule],
  ],
})
export class AppModule {
  static within({ config, bus, clock }: Surroundings): DynamicModule {
    const surroundings = [
      { provide: BackendConfig, useValue: config },
      { provide: BUS, useValue: bus },
      { provide: Clock, useValue: clock },
    ];
    return { module: AppModule, global: true, providers: surroundings, exports: surroundings };
  }
}
