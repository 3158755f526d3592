/** The two times of a reading that decide which of two is current: milliseconds since the epoch. */
export interface ReadingTimes {
  sourceTime: number;
  receivedTime: number;
}

/**
 * Chooses the current one of two readings of one point. The newest source time wins whatever order they arrive in, so a
 * backfilled sample never replaces what was measured later. Of two readings with one source time the later received is a
 * correction and wins; of two with one received time as well, `candidate` wins: offers come in the order in which the controller
 * reported, and two reports within one millisecond are no reason to keep the older one.
 */
export function newerReading<R extends ReadingTimes>(current: R | undefined, candidate: R): R {
  if (!current) return candidate;
  if (candidate.sourceTime !== current.sourceTime) return candidate.sourceTime > current.sourceTime ? candidate : current;
  return candidate.receivedTime >= current.receivedTime ? candidate : current;
}
