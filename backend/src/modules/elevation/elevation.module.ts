import { Module } from '@nestjs/common';
import { BuildingModule } from '../building/index.js';
import { PointsModule } from '../points/index.js';
import { ElevationController } from './elevation-controller.js';
import { ElevationQueries } from './elevation-queries.js';
import { PowerQueries } from './power-queries.js';
import { VisibleBuilding } from './visible-building.js';

/** Buildings at a glance: floors as they stand, each in a few numbers. */
@Module({
  imports: [BuildingModule, PointsModule],
  controllers: [ElevationController],
  providers: [VisibleBuilding, ElevationQueries, PowerQueries],
})
export class ElevationModule {}
