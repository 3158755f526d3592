import { Module } from '@nestjs/common';
import { DevicesModule } from '../devices/index.js';
import { HistoryModule } from '../history/index.js';
import { AlarmActs } from './alarm-acts.js';
import { AlarmCache } from './alarm-cache.js';
import { AlarmCommitStep } from './alarm-commit-step.js';
import { AlarmDefinitionsController } from './alarm-definitions-controller.js';
import { AlarmQueries } from './alarm-queries.js';
import { AlarmRoster } from './alarm-roster.js';
import { AlarmRunners } from './alarm-runners.js';
import { AlarmTimers } from './alarm-timers.js';
import { AlarmsController } from './alarms-controller.js';
import { DefinitionQueries } from './definition-queries.js';
import { DefinitionRegistry } from './definition-registry.js';
import { DefinitionRemoval } from './definition-removal.js';
import { LinkWatch } from './link-watch.js';
import { OperatorActs } from './operator-acts.js';
import { OtherProcesses } from './other-processes.js';
import { Rejudging } from './rejudging.js';

/** Alarms: defined, judged with every sample, acknowledged, journaled. */
@Module({
  imports: [HistoryModule, DevicesModule],
  controllers: [AlarmsController, AlarmDefinitionsController],
  providers: [
    ...[AlarmCache, AlarmActs, AlarmCommitStep, Rejudging, AlarmRoster, AlarmTimers, LinkWatch, OtherProcesses, AlarmRunners],
    ...[AlarmQueries, OperatorActs, DefinitionQueries, DefinitionRegistry, DefinitionRemoval],
  ],
  exports: [AlarmQueries, AlarmCache],
})
export class AlarmsModule {}
