import type { IdentityDoubt, WatchedLink } from '@cupola/domain';
import { DOUBT_NOW, IS_LAPSED, LINK_NOW } from '../devices/index.js';

export interface WatchedLinkRow extends WatchedLink {
  detail: string;
  doubt: IdentityDoubt | null;
  doubtDetail: string;
}

/**
 * Confirmed controllers, their links and the doubts about them as they are now, and the gateway by which they were connected last: one on its way back
 * has a session of the new gateway already, which did not lose it. Those alone of which something is to be told, and those of $1: a large house that
 * is well is not read out every second.
 */
export const WATCHED_LINKS = `
  SELECT c.id AS "controllerId", c.site_id AS "siteId", ${LINK_NOW} AS link, CASE WHEN ${IS_LAPSED} THEN 'gateway_lost' ELSE c.reason END AS reason,
    c.detail, ${DOUBT_NOW} AS doubt, c.doubt_detail AS "doubtDetail", last.gateway_id AS "gatewayId"
  FROM controllers c
    LEFT JOIN controller_sessions s ON s.id = c.session_id AND s.ended_at IS NULL
    LEFT JOIN LATERAL (
      SELECT gateway_id FROM controller_sessions WHERE controller_id = c.id AND boot_id IS NOT NULL ORDER BY epoch DESC LIMIT 1
    ) AS last ON true
  WHERE c.status = 'active' AND (${LINK_NOW} <> 'online' OR ${DOUBT_NOW} IS NOT NULL OR c.id = ANY($1::uuid[]))`;

/** Why each controller that is not connected is not. */
export function offlineOf(links: readonly WatchedLinkRow[]): Map<string, string> {
  return new Map(links.filter(({ link }) => link !== 'online').map(({ controllerId, detail }) => [controllerId, detail]));
}

/** Why the identity of each controller that is doubted is. */
export function doubtedOf(links: readonly WatchedLinkRow[]): Map<string, string> {
  return new Map(links.filter(({ doubt }) => doubt !== null).map(({ controllerId, doubtDetail }) => [controllerId, doubtDetail]));
}
