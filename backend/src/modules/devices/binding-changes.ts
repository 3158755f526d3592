import type { MessageBus } from '@cupola/messaging';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { BUS } from '../../bus.js';
import type { Transaction } from '../../database/unit-of-work.js';
import { LatestValues } from '../history/index.js';

/** Tells everybody, after commit, that channels feed other points than before. */
@Injectable()
export class BindingChanges {
  private readonly logger = new Logger('Bindings');

  constructor(
    @Inject(BUS) private readonly bus: MessageBus,
    private readonly latest: LatestValues,
  ) {}

  async announce(tx: Transaction, controller: { buildingId: string | null }, channelIds: number[]): Promise<void> {
    if (channelIds.length === 0) return;
    const buildings = await tx.query<{ building_id: string }>(
      'SELECT DISTINCT p.building_id FROM channels c JOIN points p ON p.id = c.point_id WHERE c.id = ANY($1::int[])',
      [channelIds],
    );
    const ids = new Set([...buildings.map(({ building_id }) => building_id), ...(controller.buildingId === null ? [] : [controller.buildingId])]);
    tx.afterCommit(() => void this.spread(channelIds, [...ids]));
  }

  /** Values first: who re-reads because of the event must find them at their new points. */
  private async spread(channelIds: number[], buildingIds: string[]): Promise<void> {
    try {
      await this.latest.refresh(channelIds);
    } catch (error) {
      this.logger.error('Current values could not be moved to their new points', error);
    }
    for (const buildingId of buildingIds) this.bus.publish('live.model', { buildingId });
  }
}
