import type { ReplyOf, RequestOf } from '@cupola/contracts';
import { CLOSE_CODES, type ControllerStatus } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { Channels } from './channels.js';
import { lockCurrent } from './current-session.js';
import { LEASE_MS } from './lease.js';
import { LateHeartbeats } from './late-heartbeats.js';
import { ToldChannels } from './told-channels.js';

type RenewRequest = RequestOf<'sessions.renew'>;
type RenewReply = ReplyOf<'sessions.renew'>;
type Session = RenewRequest['sessions'][number];

interface RenewedRow {
  session_id: string;
  is_held: boolean;
  end_code: number | null;
  end_reason: string | null;
  status: ControllerStatus | null;
  is_just_confirmed: boolean | null;
  /** Before HELLO there are no channels to speak of. */
  has_introduced: boolean | null;
  channels_rev: number | null;
}

/** Sessions confirmed during this time are named with every renewal: an answer that got lost is made up for by the next. */
const CONFIRMED_WITHIN = '60 seconds';

/** Once a second and gateway: extends leases and answers with what changed on our side. */
@Injectable()
export class SessionRenewal {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly channels: Channels,
    private readonly told: ToldChannels,
    private readonly late: LateHeartbeats,
  ) {}

  async renew({ gatewayId, sessions }: RenewRequest): Promise<RenewReply> {
    const rows = await this.extend(gatewayId, sessions);
    const origins = await this.database.query<{ origin: string }>('SELECT DISTINCT origin FROM device_origins');
    const reply: RenewReply = { revoked: [], accepted: [], channelsChanged: [], origins: origins.map(({ origin }) => origin) };
    const bySession = new Map(sessions.map(({ lastSeen: _, isLate: __, ...ref }) => [ref.sessionId, ref]));
    for (const row of rows) {
      const ref = bySession.get(row.session_id);
      if (ref === undefined) continue;
      if (!row.is_held) {
        this.told.forget([row.session_id]);
        this.late.forget(row.session_id);
        reply.revoked.push({ ...ref, ...endingOf(row) });
      } else {
        if (row.status === 'active' && row.is_just_confirmed === true) reply.accepted.push(ref);
        if (row.has_introduced === true && !this.told.knows(row.session_id, row.channels_rev ?? 0)) reply.channelsChanged.push(ref);
      }
    }
    const held = new Set(rows.filter(({ is_held }) => is_held).map(({ session_id }) => session_id));
    await this.late.note(sessions.filter(({ sessionId }) => held.has(sessionId)));
    return reply;
  }

  /** What a gateway reads when it was told that channels changed. @throws DomainError STALE_SESSION */
  async channelsOf(request: RequestOf<'sessions.channels'>): Promise<ReplyOf<'sessions.channels'>> {
    return this.unitOfWork.run(async (tx) => {
      const controller = await lockCurrent(tx, request);
      tx.afterCommit(() => this.told.tell(request.sessionId, controller.channelsRev));
      return { channels: (await this.channels.list(tx, [controller.id])).get(controller.id) ?? [] };
    });
  }

  /**
   * A session that somebody has locked, as its HELLO does, is left to the next renewal: waiting for it would keep the locks of all
   * others meanwhile, and a crowd that connects would wait for itself.
   */
  private extend(gatewayId: string, sessions: readonly Session[]): Promise<RenewedRow[]> {
    return this.database.query<RenewedRow>(
      `WITH gateway AS (
         INSERT INTO gateways (id, lease_until) VALUES ($1, now() + $5 * interval '1 millisecond')
         ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until
       ), asked AS (
         SELECT * FROM unnest($2::uuid[], $3::bigint[], $4::double precision[]) AS a (session_id, epoch, last_seen)
       ), held AS (
         SELECT s.id, a.last_seen FROM asked a JOIN controller_sessions s ON s.id = a.session_id JOIN controllers c ON c.id = s.controller_id
         WHERE s.epoch = a.epoch AND s.gateway_id = $1 AND s.ended_at IS NULL AND c.session_id = s.id AND c.status IN ('pending', 'active')
       ), free AS (
         SELECT s.id, held.last_seen FROM held JOIN controller_sessions s ON s.id = held.id WHERE s.ended_at IS NULL FOR NO KEY UPDATE OF s SKIP LOCKED
       ), extended AS (
         UPDATE controller_sessions s SET lease_until = now() + $5 * interval '1 millisecond',
           last_seen_at = greatest(s.last_seen_at, least(now(), to_timestamp(free.last_seen / 1000)))
         FROM free WHERE s.id = free.id
       )
       SELECT a.session_id, held.id IS NOT NULL AS is_held, s.end_code, s.end_reason, c.status, c.channels_rev, s.boot_id IS NOT NULL AS has_introduced,
         c.confirmed_at > now() - interval '${CONFIRMED_WITHIN}' AND s.started_at < c.confirmed_at AS is_just_confirmed
       FROM asked a
       LEFT JOIN held ON held.id = a.session_id
       LEFT JOIN controller_sessions s ON s.id = a.session_id
       LEFT JOIN controllers c ON c.id = s.controller_id`,
      [
        gatewayId,
        sessions.map(({ sessionId }) => sessionId),
        sessions.map(({ epoch }) => epoch),
        sessions.map(({ lastSeen }) => lastSeen),
        LEASE_MS,
      ],
    );
  }
}

/** A session that the database does not know any more has to authenticate again. */
function endingOf({ end_code, end_reason }: RenewedRow): { code: number; reason: string } {
  return { code: end_code ?? CLOSE_CODES.authenticationLapsed, reason: end_reason ?? 'session not known any more' };
}
