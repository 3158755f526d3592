import { putPoints } from './gateway-http.js';
import type { Identity } from './identity.js';
import type { PointList } from './point-list.js';

/** Uploads the point list with a ticket of its own. Gives the points that the server holds back, each with what to do about it. */
export async function uploadPoints(from: {
  readonly gateway: string;
  readonly identity: Identity;
  readonly points: PointList;
  readonly signal: AbortSignal;
}): Promise<{ key: string; reason: string }[]> {
  const { ticket } = await from.identity.ticket({ audience: 'points' }, from.signal);
  const receipt = await putPoints(from.gateway, ticket, from.points.points, from.signal);
  from.points.acknowledge(receipt.pointsRev);
  return receipt.quarantined;
}
