import type { Point } from '@cupola/contracts';

/** A registered controller that nobody has claimed yet, and its points. */
export interface UnclaimedController {
  slot: string;
  claimCode: string;
  points: Pick<Point, 'id' | 'key' | 'kind' | 'unit' | 'states'>[];
}

/** What the benchmark tells the process that plays the building. */
export type LoadRequest =
  | { kind: 'enrol'; gateway: string; controllers: UnclaimedController[] }
  /** Resolves when every session is live. */
  | { kind: 'connect' }
  /** Resolves at once; every change is of another point than the ones before. */
  | { kind: 'begin'; perSecond: number }
  /** Answers with the last value of each point, once all of it was acknowledged. */
  | { kind: 'end' };

export interface LoadResult {
  sent: number;
  /** By the point's id. */
  last: [string, number][];
}
