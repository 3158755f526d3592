import { type AdmissionValve, askAdmission, lengthened, OPEN_VALVE, stillWaiting } from './admission.js';
import { takeToken, type TokenBucketConfig } from './token-bucket.js';

/** One site's storm leaves a third of the door to the others. */
const SITE_SHARE = 2 / 3;
/** So long nobody else has asked when a site counts as alone. */
export const ALONE_AFTER_MS = 5_000;

export interface TicketDoorConfig {
  readonly ofHouse: TokenBucketConfig;
  readonly ofSite: TokenBucketConfig;
}

/** The door that all sites share. */
export interface TicketDoor {
  readonly house: AdmissionValve;
  /** Who asked last, and since when nobody else has. */
  readonly last: { readonly siteId: string; readonly since: number } | null;
}

export interface TicketDoorAnswer {
  door: TicketDoor;
  site: AdmissionValve;
  /** Null: admitted; otherwise which of both sent this one away, and how long until its turn. */
  refused: { by: 'site' | 'house'; waitMs: number } | null;
}

/** A door that nobody has come to yet. */
export const OPEN_TICKET_DOOR: TicketDoor = Object.freeze({ house: OPEN_VALVE, last: null });

/** `perSecond`: admissions of all sites together; a rested door lets in as many at once. */
export function ticketDoorConfig(perSecond: number): TicketDoorConfig {
  return {
    ofHouse: { perSecond, capacity: perSecond },
    ofSite: { perSecond: perSecond * SITE_SHARE, capacity: Math.ceil(perSecond * SITE_SHARE) },
  };
}

/**
 * Asks to be let in for a site. Within its share a site takes what is there. Beyond it takes what the house has left above the others' share,
 * which stays untouched: a site that is alone gets the whole rate, and another one that comes finds its third as if nobody were there.
 * `now` is monotonic.
 */
export function askTicketDoor(door: TicketDoor, site: AdmissionValve, siteId: string, config: TicketDoorConfig, now: number): TicketDoorAnswer {
  const { ofHouse, ofSite } = config;
  const last = door.last?.siteId === siteId ? door.last : { siteId, since: door.last === null ? Number.NEGATIVE_INFINITY : now };
  // Its turn comes at the rate of its share, or at the whole one while it is alone.
  const perSecond = now - last.since >= ALONE_AFTER_MS ? ofHouse.perSecond : ofSite.perSecond;
  const waiting = stillWaiting(site, perSecond, now);
  const own = takeToken(site.bucket, ofSite, now);
  const keptForOthers = own.isTaken ? 0 : ofHouse.capacity - ofSite.capacity + own.bucket.tokens;
  const house = askAdmission(door.house, ofHouse, now, keptForOthers);
  if (house.waitMs === null) return { door: { house: house.valve, last }, site: { bucket: own.bucket, waiting }, refused: null };
  if (own.isTaken) return { door: { house: house.valve, last }, site, refused: { by: 'house', waitMs: house.waitMs } };
  const queue = lengthened(waiting, perSecond);
  // Only its own site's queue got longer.
  return { door: { ...door, last }, site: { bucket: own.bucket, waiting: queue }, refused: { by: 'site', waitMs: (queue / perSecond) * 1000 } };
}
