import { type Claim, DomainError, type registerController } from '@cupola/contracts';
import { shardOf, slotIdFrom } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { ClaimCodes } from './claim-codes.js';
import { drawFrom } from './draw-from.js';
import { DuplicateFinder } from './duplicate-finder.js';
import { type Place, PlaceIndex } from './place-index.js';
import { explain } from './session-doctor.js';
import { noteEvents } from './timeline.js';
import type { z } from 'zod';

export type RegisterController = z.infer<typeof registerController>;

/** A controller whose place and name were found good. */
export interface NewController {
  name: string;
  type: string;
  serial: string | null;
  place: Place;
}

export interface RegisteredController extends NewController {
  id: string;
  slot: string;
  claim: Claim;
}

/** Creates controllers in the database: a slot with a claim code, waiting for a box. */
@Injectable()
export class Registration {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: AccessService,
    private readonly claims: ClaimCodes,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError VALIDATION_FAILED, FORBIDDEN, DUPLICATE_CONTROLLER */
  async register(actor: Actor, body: RegisterController): Promise<RegisteredController> {
    return this.unitOfWork.run(async (tx) => {
      const place = (await PlaceIndex.load(tx, [body])).find(body);
      if ('part' in place) throw new DomainError('VALIDATION_FAILED', place.text, { errors: [{ path: place.part, message: place.text }] });
      this.access.require(actor, 'controllers.register', place);
      const wanted = { name: body.name, type: body.type, serial: body.serial ?? null, place };
      const [duplicate] = (await DuplicateFinder.load(tx, [wanted])).find(wanted);
      if (duplicate !== undefined) {
        throw new DomainError('DUPLICATE_CONTROLLER', duplicate.text, { errors: [{ path: duplicate.part, message: duplicate.text }] });
      }
      const [registered] = await this.create(tx, actor, [wanted], body.claimTtlMs);
      if (registered === undefined) throw new Error('A registered controller has no row.');
      await this.audit.record(tx, {
        actor,
        operation: 'controller.register',
        target: `controller ${registered.name}`,
        targetId: registered.id,
        chainKey: registered.id,
        result: 'done',
        after: { name: body.name, type: body.type, serial: body.serial, site: place.siteName, equipment: place.equipmentName, slot: registered.slot },
      });
      return registered;
    });
  }

  /** Writes rows that were judged before, with their claims; all of them or none. @throws DomainError DUPLICATE_CONTROLLER */
  async create(tx: Transaction, actor: Actor, wanted: readonly NewController[], claimTtlMs?: number): Promise<RegisteredController[]> {
    const rows = wanted.map((row) => ({ ...row, id: randomUUID(), slot: drawFrom(slotIdFrom) }));
    try {
      await insertRows(tx, rows, actor.userId);
    } catch (error) {
      throw asDuplicate(error);
    }
    await noteEvents(tx, rows.map(({ id }) => id), 'registered', `Registered by ${actor.username}.`, { person: actor.username });
    const claims = await this.claims.issue(tx, rows, actor.userId, claimTtlMs);
    return rows.map((row, index) => ({ ...row, claim: claims[index] as Claim }));
  }
}

async function insertRows(tx: Transaction, rows: readonly (NewController & { id: string; slot: string })[], actorId: string): Promise<void> {
  const records = rows.map(({ id, slot, name, type, serial, place }) => ({
    ...{ id, slot, name, type, serial, shard: shardOf(id) },
    ...{ site_id: place.siteId, building_id: place.buildingId, floor_id: place.floorId, equipment_id: place.equipmentId },
  }));
  await tx.query(
    `INSERT INTO controllers (id, slot, name, type, serial, shard, site_id, building_id, floor_id, equipment_id, detail, created_by)
     SELECT r.*, $2, $3 FROM jsonb_to_recordset($1) AS r (id uuid, slot text, name text, type text, serial text, shard smallint,
       site_id uuid, building_id uuid, floor_id uuid, equipment_id uuid)`,
    [JSON.stringify(records), explain('never_claimed'), actorId],
  );
}

/** Somebody else registered the same at the same moment: the constraint saw it, our own look did not. */
function asDuplicate(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (code !== '23505') return error;
  return new DomainError('DUPLICATE_CONTROLLER', 'A controller with this name, serial or equipment was registered at the same moment.');
}
