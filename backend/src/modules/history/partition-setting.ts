import { Injectable } from '@nestjs/common';
import { ConfigError } from '../../config/read-backend-config.js';
import { PARTITION_PERIODS, type PartitionPeriod } from './partition-period.js';

/** `CUPOLA_SAMPLE_PARTITION`: how much time one partition of `samples` holds. */
@Injectable()
export class PartitionSetting {
  readonly period: PartitionPeriod = readPeriod(process.env['CUPOLA_SAMPLE_PARTITION']);
}

function readPeriod(given: string | undefined): PartitionPeriod {
  if (given === undefined || given === '') return 'day';
  const period = PARTITION_PERIODS.find((each) => each === given);
  if (!period) throw new ConfigError(`CUPOLA_SAMPLE_PARTITION must be one of ${PARTITION_PERIODS.join(', ')}.`);
  return period;
}
