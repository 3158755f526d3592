import type { ReplyOf, RequestOf, SessionRef } from '@cupola/contracts';
import { CLOSE_CODES } from '@cupola/domain';
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

/** A session of which there is something to say. */
interface NewsRow {
  /** Which of those that were named, from 1. */
  nth: string;
  is_held: boolean;
  end_code: number | null;
  end_reason: string | null;
  is_just_confirmed: boolean | null;
  is_list_new: boolean | null;
}

/** Sessions confirmed during this time are named with every renewal: an answer that got lost is made up for by the next. */
const CONFIRMED_WITHIN = '60 seconds';

/** A lease is written when it has lost this much, and so is what was seen of a session. Some sessions are named each second, most each third. */
const WRITTEN_EVERY_MS = 2_000;

/** Sessions that were ended during this time are told without being asked about: an answer that got lost is made up for by the next. */
const ENDED_WITHIN = '5 seconds';
/** How sessions are ended on our side: what gateways tell us is not told back to them. */
const OUR_CODES: readonly number[] = [CLOSE_CODES.superseded, CLOSE_CODES.revoked, CLOSE_CODES.authenticationLapsed];
/** When more are ended at once, who is not told is found when it is named, within three seconds. An answer has to fit through the bus. */
const MAX_ENDED = 1_000;

interface EndedRow extends SessionRef {
  code: number | null;
  reason: string | null;
}

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
    const lost = new Set<Session>();
    for (const row of rows) {
      const session = sessions[Number(row.nth) - 1];
      if (session === undefined) continue;
      const ref = { sessionId: session.sessionId, controllerId: session.controllerId, epoch: session.epoch };
      if (!row.is_held) {
        lost.add(session);
        this.told.forget([ref.sessionId]);
        this.late.forget(ref.sessionId);
        reply.revoked.push({ ...ref, ...endingOf(row.end_code, row.end_reason) });
      } else {
        if (row.is_just_confirmed === true) reply.accepted.push(ref);
        if (row.is_list_new === true) reply.channelsChanged.push(ref);
      }
    }
    const told = new Set(reply.revoked.map(({ sessionId }) => sessionId));
    for (const { code, reason, ...ref } of await this.endedOf(gatewayId)) {
      if (!told.has(ref.sessionId)) reply.revoked.push({ ...ref, ...endingOf(code, reason) });
    }
    await this.late.note(lost.size === 0 ? sessions : sessions.filter((session) => !lost.has(session)));
    return reply;
  }

  private async endedOf(gatewayId: string): Promise<EndedRow[]> {
    const rows = await this.database.query<EndedRow>(
      `SELECT id AS "sessionId", controller_id AS "controllerId", epoch, end_code AS code, end_reason AS reason FROM controller_sessions
       WHERE gateway_id = $1 AND ended_at > now() - interval '${ENDED_WITHIN}' AND end_code = ANY($2::int[]) ORDER BY ended_at DESC LIMIT ${MAX_ENDED}`,
      [gatewayId, OUR_CODES],
    );
    return rows.map((row) => ({ ...row, epoch: Number(row.epoch) }));
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
   * Answers with the sessions of which there is something to say, out of thousands. A session that somebody has locked, as its HELLO does, is left
   * to the next renewal: waiting for it would keep the locks of all others meanwhile, and a crowd that connects would wait for itself.
   */
  private extend(gatewayId: string, sessions: readonly Session[]): Promise<NewsRow[]> {
    return this.database.query<NewsRow>(
      `WITH gateway AS (
         INSERT INTO gateways (id, lease_until) VALUES ($1, now() + $6 * interval '1 millisecond')
         ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until
       ), asked AS (
         SELECT * FROM unnest(string_to_array($2, ',')::uuid[], string_to_array($3, ',')::bigint[], string_to_array($4, ',')::float8[],
           string_to_array($5, ',', '')::int[]) WITH ORDINALITY AS a (session_id, epoch, last_seen, told_rev, nth)
       ), known AS (
         SELECT a.nth, a.told_rev, to_timestamp(a.last_seen / 1000) AS last_seen, s.id, s.lease_until, s.last_seen_at, s.started_at, s.end_code, s.end_reason,
           s.boot_id IS NOT NULL AS has_introduced, c.status, c.confirmed_at, c.channels_rev,
           coalesce(s.epoch = a.epoch AND s.gateway_id = $1 AND s.ended_at IS NULL AND c.session_id = s.id AND c.status IN ('pending', 'active'), false) AS is_held
         FROM asked a LEFT JOIN controller_sessions s ON s.id = a.session_id LEFT JOIN controllers c ON c.id = s.controller_id
       ), free AS (
         SELECT s.id, known.last_seen FROM known JOIN controller_sessions s ON s.id = known.id
         WHERE known.is_held AND (known.lease_until < now() + $7 * interval '1 millisecond' OR known.last_seen_at < known.last_seen - $8 * interval '1 millisecond')
           AND s.ended_at IS NULL FOR NO KEY UPDATE OF s SKIP LOCKED
       ), extended AS (
         UPDATE controller_sessions s SET lease_until = now() + $6 * interval '1 millisecond',
           last_seen_at = greatest(s.last_seen_at, least(now(), free.last_seen))
         FROM free WHERE s.id = free.id
       ), news AS (
         SELECT nth, is_held, end_code, end_reason,
           status = 'active' AND confirmed_at > now() - interval '${CONFIRMED_WITHIN}' AND started_at < confirmed_at AS is_just_confirmed,
           has_introduced AND told_rev IS DISTINCT FROM channels_rev AS is_list_new
         FROM known
       )
       SELECT * FROM news WHERE NOT is_held OR is_just_confirmed OR is_list_new`,
      [
        gatewayId,
        // One text each: thousands of elements made into an array one by one would be most of what a renewal costs.
        sessions.map(({ sessionId }) => sessionId).join(),
        sessions.map(({ epoch }) => epoch).join(),
        sessions.map(({ lastSeen }) => lastSeen).join(),
        sessions.map(({ sessionId }) => this.told.revisionOf(sessionId)).join(),
        ...[LEASE_MS, LEASE_MS - WRITTEN_EVERY_MS, WRITTEN_EVERY_MS],
      ],
    );
  }
}

/** A session that the database does not know any more has to authenticate again. */
function endingOf(code: number | null, reason: string | null): { code: number; reason: string } {
  return { code: code ?? CLOSE_CODES.authenticationLapsed, reason: reason ?? 'session not known any more' };
}
