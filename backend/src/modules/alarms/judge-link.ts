import { type ConditionVerdict, judgeIdentity, type LimitVerdict, type LinkVerdicts } from '@cupola/domain';
import type { Watched } from './alarm-cache.js';
import type { WatchedLinkRow } from './watched-links.js';

/** What one look at all controllers found. */
export interface LinkLook {
  readonly verdicts: LinkVerdicts;
  readonly links: ReadonlyMap<string, WatchedLinkRow>;
}

/** What the alarm of a controller or gateway shows; undefined: nothing is known of it. */
export function judgeLink({ alarm, definition }: Watched, { verdicts, links }: LinkLook): LimitVerdict | undefined {
  const { controllerId, gatewayId, siteId } = alarm;
  if (controllerId === null) return lostOrNot(verdicts.lostGateways.some((lost) => lost.gatewayId === gatewayId && lost.siteId === siteId) ? 'TRUE' : 'FALSE');
  const link = links.get(controllerId);
  if (link === undefined) return undefined;
  if (definition.rules.condition === 'IDENTITY') return judgeIdentity(link.doubt);
  return lostOrNot(verdicts.controllers.get(controllerId) ?? 'UNKNOWN');
}

/** Whether it is something that the alarm does not show already. */
export function isNews({ alarm: { instance } }: Watched, { verdict, severity }: LimitVerdict): boolean {
  return verdict !== instance.condition || (verdict === 'TRUE' && instance.enabled && severity !== instance.severity);
}

function lostOrNot(verdict: ConditionVerdict): LimitVerdict {
  return { verdict, severity: verdict === 'TRUE' ? 1 : 0 };
}
