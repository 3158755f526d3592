import { Injectable } from '@nestjs/common';
import { AlarmActs } from './alarm-acts.js';
import { AlarmCache } from './alarm-cache.js';

/** Alarms that another process drives are read again, for those who ask here whether a point is in alarm. */
@Injectable()
export class OtherProcesses {
  constructor(
    private readonly cache: AlarmCache,
    private readonly acts: AlarmActs,
  ) {}

  async changed(alarmIds: readonly string[]): Promise<void> {
    const others = alarmIds.filter((id) => {
      const shard = this.cache.get(id)?.alarm.shard;
      return shard !== undefined && !this.acts.owns(shard);
    });
    if (others.length > 0) await this.cache.reload(others);
  }
}
