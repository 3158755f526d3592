import type { LinkState, SessionReason } from '../sessions/words.js';
import type { ConditionVerdict } from './words.js';

/** A confirmed controller's link as it is now. `gatewayId`: of its last session. */
export interface WatchedLink {
  readonly controllerId: string;
  readonly siteId: string;
  readonly link: LinkState;
  readonly reason: SessionReason;
  readonly gatewayId: string | null;
}

/** Controllers that lost their gateway: until when each may take to come back; null while no gateway is there to come back to. */
export type Graces = ReadonlyMap<string, number | null>;

export interface LinkVerdicts {
  readonly controllers: ReadonlyMap<string, ConditionVerdict>;
  /** Lost gateways and the sites that they served: what is not named is not lost. */
  readonly lostGateways: readonly { readonly gatewayId: string; readonly siteId: string }[];
  /** For the next look. */
  readonly graces: Graces;
}

const GATEWAY_REASONS: ReadonlySet<SessionReason> = new Set(['gateway_lost', 'gateway_stopped', 'drained']);

/**
 * Tells the loss of controllers from the loss of their gateway (domain rules 1.5: a gateway restart is ONE alarm).
 *
 * A controller that went with its gateway is UNKNOWN, not lost, until a gateway has been there for `graceMs` and it has
 * still not come back; from then on it is lost for itself and no longer counts for the gateway. A controller that was never
 * connected is not lost. `hasGateway`: some gateway holds its lease now. Times in milliseconds.
 */
export function judgeLinks(links: readonly WatchedLink[], hasGateway: boolean, before: Graces, graceMs: number, now: number): LinkVerdicts {
  const controllers = new Map<string, ConditionVerdict>();
  const graces = new Map<string, number | null>();
  const lost = new Map<string, { gatewayId: string; siteId: string }>();
  for (const { controllerId, siteId, link, reason, gatewayId } of links) {
    if (link !== 'offline' || gatewayId === null || !GATEWAY_REASONS.has(reason)) {
      controllers.set(controllerId, link === 'offline' ? 'TRUE' : 'FALSE');
      continue;
    }
    const until = hasGateway ? (before.get(controllerId) ?? now + graceMs) : null;
    graces.set(controllerId, until);
    const isOver = until !== null && now >= until;
    controllers.set(controllerId, isOver ? 'TRUE' : 'UNKNOWN');
    if (!isOver) lost.set(`${gatewayId} ${siteId}`, { gatewayId, siteId });
  }
  return { controllers, lostGateways: [...lost.values()], graces };
}
