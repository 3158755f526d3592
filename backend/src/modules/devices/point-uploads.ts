import { DEVICE_LIMITS, type DevicePoint, DomainError, type ReplyOf, type RequestOf } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { Clock } from '../../clock.js';
import { Channels, type LockedController } from './channels.js';
import { digestOf } from './digest.js';
import { TicketGate } from './ticket-gate.js';

type PutRequest = RequestOf<'points.put'>;
type PutReply = ReplyOf<'points.put'>;

interface Upload {
  controllerId: string;
  ticketHash: string;
  parts: Map<number, readonly DevicePoint[]>;
  startedAt: number;
}

const UPLOAD_TTL_MS = 60_000;
const MAX_UPLOADS = 200;

/** Point lists that arrive in parts. Nothing is kept of an upload that breaks off: the controller puts the list again. */
@Injectable()
export class PointUploads {
  private readonly uploads = new Map<string, Upload>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly gate: TicketGate,
    private readonly channels: Channels,
  ) {}

  /** @throws DomainError TICKET_REFUSED, POINT_LIST_INVALID, OVERLOADED, STALE_SESSION */
  async put(request: PutRequest): Promise<PutReply> {
    const upload = this.uploads.get(request.uploadId) ?? (await this.open(request));
    if (upload.ticketHash !== ticketHashOf(request)) throw new DomainError('TICKET_REFUSED', 'This upload belongs to another ticket.');
    upload.parts.set(request.part, request.points);
    const points = [...upload.parts].sort(([a], [b]) => a - b).flatMap(([, part]) => part);
    if (points.length > DEVICE_LIMITS.maxPoints) {
      this.uploads.delete(request.uploadId);
      throw new DomainError('POINT_LIST_INVALID', `A point list has at most ${DEVICE_LIMITS.maxPoints} entries.`);
    }
    if (upload.parts.size < request.parts) return { pointsRev: '', accepted: points.length, quarantined: [] };
    this.uploads.delete(request.uploadId);
    return this.place(upload.controllerId, points);
  }

  private async open(request: PutRequest): Promise<Upload> {
    const now = this.clock.now();
    for (const [id, { startedAt }] of this.uploads) if (now - startedAt > UPLOAD_TTL_MS) this.uploads.delete(id);
    if (this.uploads.size >= MAX_UPLOADS) throw new DomainError('OVERLOADED', 'Too many point lists arrive at once.', { retryAfter: 10 });
    const controllerId = await this.gate.consumeForPoints(request.ticket, request.remoteAddress, request.keyPin);
    const upload = { controllerId, ticketHash: ticketHashOf(request), parts: new Map(), startedAt: now };
    this.uploads.set(request.uploadId, upload);
    return upload;
  }

  private async place(controllerId: string, points: readonly DevicePoint[]): Promise<PutReply> {
    return this.unitOfWork.run(async (tx) => {
      const [controller] = await tx.query<LockedController>(
        `SELECT id, building_id AS "buildingId", equipment_id AS "equipmentId" FROM controllers
         WHERE id = $1 AND status IN ('pending', 'active') FOR NO KEY UPDATE`,
        [controllerId],
      );
      if (controller === undefined) throw new DomainError('TICKET_REFUSED', 'The controller was revoked meanwhile.');
      const { rev, quarantined } = await this.channels.replace(tx, controller, points);
      return { pointsRev: rev, accepted: points.length - quarantined.length, quarantined };
    });
  }
}

function ticketHashOf({ ticket }: PutRequest): string {
  return digestOf(ticket).toString('hex');
}
