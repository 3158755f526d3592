import type { ReplyOf, RequestOf } from '@cupola/contracts';
import { CLOSE_CODES, type ControllerStatus } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { digestOf } from './digest.js';
import { Gathering } from './gathering.js';
import { LEASE_MS } from './lease.js';
import { plainText } from './plain-text.js';
import { SessionClosing } from './session-closing.js';
import { takeTickets } from './take-tickets.js';
import { ToldChannels } from './told-channels.js';

type OpenRequest = RequestOf<'tickets.consume'>;
type Opened = ReplyOf<'tickets.consume'>;

interface Advanced {
  id: string;
  epoch: string;
  status: ControllerStatus;
  site_id: string;
}

/** A session that has its ticket. */
interface Opening {
  request: OpenRequest;
  controllerId: string;
  sessionId: string;
}

/** Exchanges tickets for sessions, those of all who come at the same time in one transaction. */
@Injectable()
export class SessionOpening {
  private readonly opening = new Gathering<OpenRequest, Opened | null>('Sessions', {
    together: (asked) => this.unitOfWork.run((tx) => this.openAll(tx, asked, 'SKIP LOCKED')),
    alone: (asked) => this.unitOfWork.run(async (tx) => (await this.openAll(tx, [asked], '')).get(asked) ?? null),
  });

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sessions: SessionClosing,
    private readonly told: ToldChannels,
  ) {}

  /** Opens a session with the next epoch; an older session of the controller is superseded. @returns null when the ticket is not valid */
  open(request: OpenRequest): Promise<Opened | null> {
    return this.opening.ask(request);
  }

  /** One session for each controller: the next one of the same is opened after it, and supersedes it. */
  private async openAll(tx: Transaction, asked: readonly OpenRequest[], wait: '' | 'SKIP LOCKED'): Promise<Map<OpenRequest, Opened>> {
    const invited = await lockInvited(tx, asked, wait);
    if (invited.length === 0) return new Map();
    const taken = new Map((await takeTickets(tx, 'session', invited)).map(({ hash, controllerId }) => [hash, controllerId]));
    const openings = invited.flatMap((request): Opening[] => {
      const controllerId = taken.get(hexOf(request));
      return controllerId === undefined ? [] : [{ request, controllerId, sessionId: randomUUID() }];
    });
    const advanced = await advance(tx, openings);
    // Read after the locks were taken: who waited for one sees the session that was opened meanwhile.
    const closed = await this.sessions.closeAll(tx, [...advanced.keys()], CLOSE_CODES.superseded, 'superseded by a newer session');
    // Its gateway may be gone, and would never tell that it ended.
    tx.afterCommit(() => this.told.forget(closed.map(({ sessionId }) => sessionId)));
    const superseded = new Map(closed.map((session) => [session.controllerId, session]));
    await insertAll(tx, openings, advanced);
    return new Map(openings.map(({ request, controllerId, sessionId }) => {
      const { epoch, status, site_id: siteId } = stateOf(advanced, controllerId);
      return [request, { sessionId, controllerId, epoch: Number(epoch), status, siteId, superseded: superseded.get(controllerId) ?? null }];
    }));
  }
}

/**
 * Locks the controllers of tickets that look valid, before any ticket: everybody takes locks in this order, and a revocation waits or has
 * been seen. Whether a ticket is valid is decided when it is taken.
 */
async function lockInvited(tx: Transaction, asked: readonly OpenRequest[], wait: '' | 'SKIP LOCKED'): Promise<OpenRequest[]> {
  const rows = await tx.query<{ hash: string; id: string }>(
    `SELECT encode(t.hash, 'hex') AS hash, c.id FROM tickets t JOIN controllers c ON c.id = t.controller_id
     WHERE t.hash = ANY($1::bytea[]) AND t.audience = 'session' AND t.consumed_at IS NULL AND t.expires_at > now()
     ORDER BY c.id FOR NO KEY UPDATE OF c ${wait}`,
    [asked.map(({ ticket }) => digestOf(ticket))],
  );
  const controllers = new Map(rows.map(({ hash, id }) => [hash, id]));
  const first = new Map<string, OpenRequest>();
  for (const request of asked) {
    const id = controllers.get(hexOf(request));
    if (id !== undefined && !first.has(id)) first.set(id, request);
  }
  return [...first.values()];
}

async function advance(tx: Transaction, openings: readonly Opening[]): Promise<Map<string, Advanced>> {
  const rows = await tx.query<Advanced>(
    `UPDATE controllers c SET epoch = c.epoch + 1, session_id = o.session_id
     FROM unnest($1::uuid[], $2::uuid[]) AS o (controller_id, session_id) WHERE c.id = o.controller_id
     RETURNING c.id, c.epoch, c.status, c.site_id`,
    [openings.map(({ controllerId }) => controllerId), openings.map(({ sessionId }) => sessionId)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

async function insertAll(tx: Transaction, openings: readonly Opening[], advanced: ReadonlyMap<string, Advanced>): Promise<void> {
  await tx.query(
    `INSERT INTO controller_sessions (id, controller_id, gateway_id, epoch, remote_address, lease_until, origin)
     SELECT id, controller_id, gateway_id, epoch, remote_address, now() + $7 * interval '1 millisecond', origin
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[])
       AS o (id, controller_id, gateway_id, epoch, remote_address, origin)`,
    [
      ...[openings.map(({ sessionId }) => sessionId), openings.map(({ controllerId }) => controllerId), openings.map(({ request }) => request.gatewayId)],
      openings.map(({ controllerId }) => stateOf(advanced, controllerId).epoch),
      ...[openings.map(({ request }) => plainText(request.remoteAddress)), openings.map(({ request }) => request.origin ?? null), LEASE_MS],
    ],
  );
}

function stateOf(advanced: ReadonlyMap<string, Advanced>, controllerId: string): Advanced {
  const state = advanced.get(controllerId);
  if (state === undefined) throw new Error(`Controller ${controllerId} went away while its row was locked.`);
  return state;
}

function hexOf({ ticket }: OpenRequest): string {
  return digestOf(ticket).toString('hex');
}
