import { Module } from '@nestjs/common';
import { LiveEpochsModule } from '../../live/live-epochs.module.js';
import { DevicesModule } from '../devices/index.js';
import { Acceptance } from './acceptance.js';
import { CommandAnnouncer } from './command-announcer.js';
import { CommandLedger } from './command-ledger.js';
import { CommandQueries } from './command-queries.js';
import { CommandRunner } from './command-runner.js';
import { CommandsController } from './commands-controller.js';
import { Delivery } from './delivery.js';
import { GatewayCall } from './gateway-call.js';
import { HostConfirmation } from './host-confirmation.js';
import { HostReports } from './host-reports.js';
import { HostRequests } from './host-requests.js';
import { OverrideEnd } from './override-end.js';
import { OverrideRegister } from './override-register.js';
import { OverrideRequests } from './override-requests.js';
import { OverridesController } from './overrides-controller.js';
import { Readback } from './readback.js';
import { SlotQueries } from './slot-queries.js';
import { SlotSets } from './slot-sets.js';

/** Setpoints: asked, delivered, read back, ended. */
@Module({
  imports: [DevicesModule, LiveEpochsModule],
  controllers: [OverridesController, CommandsController],
  providers: [
    ...[CommandQueries, SlotQueries, OverrideRegister],
    ...[OverrideRequests, Acceptance, CommandLedger, CommandAnnouncer],
    ...[Delivery, Readback, GatewayCall, HostReports, HostRequests, HostConfirmation, SlotSets, OverrideEnd, CommandRunner],
  ],
  exports: [CommandQueries, SlotQueries],
})
export class CommandsModule {}
