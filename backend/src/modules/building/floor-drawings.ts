import { DomainError, type FloorDrawing } from '@cupola/contracts';
import { checkDrawing } from '@cupola/domain';
import type { MessageBus } from '@cupola/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { BUS } from '../../bus.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';

interface FloorRow {
  name: string;
  buildingId: string;
  buildingName: string;
  siteId: string;
  drawing: unknown;
}
type SpaceRow = { id: string; sourceId: string };

/** Stores drawings of floors. An import of the model leaves them alone. */
@Injectable()
export class FloorDrawings {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: AccessService,
    private readonly audit: AuditTrail,
    @Inject(BUS) private readonly bus: MessageBus,
  ) {}

  /** @throws DomainError NOT_FOUND, FORBIDDEN, PLAN_* with every flaw of the drawing */
  async draw(actor: Actor, floorId: string, drawing: FloorDrawing): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const floor = await this.lockFloor(tx, actor, floorId);
      const spaces = await tx.query<SpaceRow>('SELECT id, source_id AS "sourceId" FROM spaces WHERE floor_id = $1 AND source_id IS NOT NULL', [floorId]);
      requireSound(drawing, spaces);
      await writeDrawing(tx, floorId, drawing, spaces);
      const { width, height, wall, doors, cores } = drawing;
      await this.audit.record(tx, {
        ...{ actor, operation: 'floor.draw', target: `${floor.name}, ${floor.buildingName}`, targetId: floorId, chainKey: floor.buildingId, result: 'done' },
        ...{ before: floor.drawing, after: { width, height, wall, doors, cores, spaces: drawing.spaces.length } },
      });
      tx.afterCommit(() => void this.bus.publish('live.model', { buildingId: floor.buildingId }));
    });
  }

  private async lockFloor(tx: Transaction, actor: Actor, floorId: string): Promise<FloorRow> {
    const [floor] = await tx.query<FloorRow>(
      `SELECT f.name, f.drawing, b.id AS "buildingId", b.name AS "buildingName", b.site_id AS "siteId"
       FROM floors f JOIN buildings b ON b.id = f.building_id WHERE f.id = $1 FOR UPDATE OF f`,
      [floorId],
    );
    const location = floor && { siteId: floor.siteId, buildingId: floor.buildingId, floorId };
    if (!floor || !location || !this.access.may(actor, 'building.read', location)) throw new DomainError('NOT_FOUND', 'There is no such floor.');
    this.access.require(actor, 'building.import', location);
    return floor;
  }
}

function requireSound(drawing: FloorDrawing, spaces: readonly SpaceRow[]): void {
  const flaws = checkDrawing(drawing, new Set(spaces.map(({ sourceId }) => sourceId)));
  const [first] = flaws;
  if (first) throw new DomainError(first.code, `${first.path}: ${first.message}`, { errors: flaws.map(({ path, message }) => ({ path, message })) });
}

async function writeDrawing(tx: Transaction, floorId: string, drawing: FloorDrawing, spaces: readonly SpaceRow[]): Promise<void> {
  const { width, height, wall, doors, cores } = drawing;
  await tx.query('UPDATE floors SET plan_width = $2, plan_height = $3, plan_generated = false, drawing = $4 WHERE id = $1', [
    ...[floorId, width, height],
    JSON.stringify({ wall, doors, cores }),
  ]);
  const drawn = new Map(drawing.spaces.map(({ sourceId, outline }) => [sourceId, outline]));
  const outlines = spaces.map(({ id, sourceId }) => ({ id, outline: drawn.get(sourceId) ?? [] }));
  await tx.query(`UPDATE spaces s SET outline = r.outline FROM jsonb_to_recordset($1) AS r (id uuid, outline jsonb) WHERE s.id = r.id`, [JSON.stringify(outlines)]);
}
