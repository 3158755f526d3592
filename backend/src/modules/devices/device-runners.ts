import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BUS } from '../../bus.js';
import { Database } from '../../database/database.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { Channels, type LockedController } from './channels.js';
import { Following } from './following.js';
import { LEASE_MS } from './lease.js';
import { Repeating } from './repeating.js';
import { SessionEnds } from './session-ends.js';

const SECOND = 1_000;
const HOUR = 3_600_000;

/** What happens to controllers without anybody asking: leases lapse, old tickets go, new points of the model find their channels. */
@Injectable()
export class DeviceRunners implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly leases = new Repeating('Leases', SECOND, () => this.ends.endLapsed());
  private readonly tickets = new Repeating('Tickets', HOUR, () => this.forgetTickets());
  private readonly binding = new Following('Devices', () => this.bindBuildings());
  private changed = new Set<string>();
  private stopListening: Unsubscribe | undefined;

  constructor(
    @Inject(BUS) private readonly bus: MessageBus,
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly ends: SessionEnds,
    private readonly channels: Channels,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // Gateways that outlived a restart of this program get the time to renew first, or all their sessions would be cut.
    this.leases.start(LEASE_MS / 2);
    this.tickets.start();
    this.stopListening = await this.bus.subscribe('live.model', ({ buildingId }) => {
      this.changed.add(buildingId);
      this.binding.ask();
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.stopListening?.();
    await Promise.all([this.leases.stop(), this.tickets.stop(), this.binding.stop()]);
  }

  /** Consumed tickets are kept a day, so that a replay is recognised; documents that nobody fetched are not. */
  private async forgetTickets(): Promise<void> {
    await this.database.query(`DELETE FROM tickets WHERE expires_at < now() - interval '24 hours'`);
    await this.database.query('DELETE FROM documents WHERE expires_at < now()');
  }

  /**
   * An import may have brought the points of channels that were reported before it, or changed those that are bound.
   * What fails is looked at again by the next HELLO of each controller.
   */
  private async bindBuildings(): Promise<void> {
    const changed = this.changed;
    this.changed = new Set();
    const controllers = await this.database.query<LockedController>(
      `SELECT c.id, c.building_id AS "buildingId", c.equipment_id AS "equipmentId" FROM controllers c
       WHERE c.building_id = ANY($1::uuid[]) AND c.status IN ('pending', 'active') AND EXISTS (
         SELECT FROM channels ch JOIN points p ON p.building_id = c.building_id AND (p.id = ch.point_id OR (ch.point_id IS NULL AND p.key = ch.key))
         WHERE ch.controller_id = c.id AND ch.retired_at IS NULL
           AND (ch.point_id IS NULL OR ch.kind <> p.kind OR ch.unit <> p.unit))`,
      [[...changed]],
    );
    for (const controller of controllers) await this.bindOne(controller);
  }

  private async bindOne(controller: LockedController): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await tx.query('SELECT id FROM controllers WHERE id = $1 FOR NO KEY UPDATE', [controller.id]);
      await this.channels.rematch(tx, [controller]);
    });
  }
}
