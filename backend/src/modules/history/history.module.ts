import { Module } from '@nestjs/common';
import { CommitSteps } from './commit-step.js';
import { HistoryWriter } from './history-writer.js';
import { LatestValues } from './latest-values.js';
import { PartitionSetting } from './partition-setting.js';

@Module({ providers: [PartitionSetting, LatestValues, CommitSteps, HistoryWriter], exports: [LatestValues, CommitSteps, HistoryWriter] })
export class HistoryModule {}
