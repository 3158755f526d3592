import type { IngestFrame, IngestRow } from '@cupola/contracts';

/** 1,000 controllers that report 20 points each, one frame per round. */
export const CONTROLLERS = 1000;
export const SAMPLES_PER_FRAME = 20;
export const SAMPLES_PER_ROUND = CONTROLLERS * SAMPLES_PER_FRAME;
/** Building telemetry every ten minutes: a day is 2.9 million samples. */
export const INTERVAL_MS = 600_000;

/** Source time of a round: the recording began so long ago that it never reaches now. */
export function timeOf(seq: number, startedAt: number): number {
  return startedAt + seq * INTERVAL_MS;
}

/** The value of every sample of round `seq` is `seq`: sums over a channel tell whether one is missing or doubled. */
export function frameOf(channels: readonly number[], seq: number, startedAt: number): IngestFrame {
  const at = timeOf(seq, startedAt);
  const received = Date.now();
  return { streamId: 'main', seq, lane: 0, rows: channels.map((channel): IngestRow => [channel, at, received, seq, 0]) };
}
