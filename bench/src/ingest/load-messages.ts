/** What the benchmark tells its load generator. */
export type LoadRequest =
  | { kind: 'connect'; gateway: string; devices: { id: string; secret: string }[]; pointsRev: string; samplesPerFrame: number }
  /** Every session sends frames `from`..`to`, as fast as its credits allow or spread over `overMs`; `startedAt` is the source time of frame 0. */
  | { kind: 'send'; from: number; to: number; startedAt: number; stepMs: number; overMs: number };

/** The answer to each: milliseconds until every session was connected, or had every frame acknowledged. */
export type LoadResult = number;
