import { Module } from '@nestjs/common';
import { AlarmsModule } from '../alarms/index.js';
import { BuildingModule } from '../building/index.js';
import { CommandsModule } from '../commands/index.js';
import { HistoryModule } from '../history/index.js';
import { PointCommands } from './point-commands.js';
import { PointQueries } from './point-queries.js';
import { PointReadings } from './point-readings.js';
import { PointsController } from './points-controller.js';
import { SampleQueries } from './sample-queries.js';

/** Points with their current values, places and history. */
@Module({
  imports: [AlarmsModule, BuildingModule, HistoryModule, CommandsModule],
  controllers: [PointsController],
  providers: [PointQueries, PointReadings, PointCommands, SampleQueries],
  exports: [PointQueries, PointReadings],
})
export class PointsModule {}
