import { Module } from '@nestjs/common';
import { AlarmsModule } from '../modules/alarms/index.js';
import { BuildingModule } from '../modules/building/index.js';
import { CommandsModule } from '../modules/commands/index.js';
import { DevicesModule } from '../modules/devices/index.js';
import { PointsModule } from '../modules/points/index.js';
import { AlarmWatch } from './alarm-watch.js';
import { CommandList } from './command-list.js';
import { ConsoleDoor } from './console-door.js';
import { ConsoleSockets } from './console-sockets.js';
import { ControllerList } from './controller-list.js';
import { ListWatches } from './list-watches.js';
import { LiveEpochsModule } from './live-epochs.module.js';
import { LiveGateway } from './live-gateway.js';
import { PlaceWatches } from './place-watches.js';
import { PointChanges } from './point-changes.js';
import { SessionRecheck } from './session-recheck.js';
import { Topics } from './topics.js';

/** Screens that keep themselves up to date: snapshot, then sequenced deltas. */
@Module({
  imports: [AlarmsModule, BuildingModule, DevicesModule, CommandsModule, PointsModule, LiveEpochsModule],
  providers: [
    ...[LiveGateway, ConsoleDoor, ConsoleSockets, SessionRecheck, Topics],
    ...[PlaceWatches, PointChanges, ListWatches, ControllerList, CommandList, AlarmWatch],
  ],
})
export class LiveModule {}
