export interface Reading {
  readonly minute: number;
  readonly bytes: number;
}

/** Growth in bytes per minute: the median slope between all pairs of readings, which a single large reading does not move (Theil and Sen). */
export function growthPerMinute(readings: readonly Reading[]): number {
  const slopes = readings.flatMap((from, index) => readings.slice(index + 1).map((to) => (to.bytes - from.bytes) / (to.minute - from.minute)));
  return median(slopes);
}

/**
 * How much of that growth is more than chance: the slope less the error that the readings' own scatter around it leaves. What leaks
 * stays above nothing however long one looks; what only goes up and down does not.
 */
export function certainGrowthPerMinute(readings: readonly Reading[]): number {
  const slope = growthPerMinute(readings);
  const level = median(readings.map(({ minute, bytes }) => bytes - slope * minute));
  const scatter = SIGMAS_OF_A_MEDIAN * median(readings.map(({ minute, bytes }) => Math.abs(bytes - slope * minute - level)));
  const middle = readings.reduce((sum, { minute }) => sum + minute, 0) / readings.length;
  const reach = Math.sqrt(readings.reduce((sum, { minute }) => sum + (minute - middle) ** 2, 0));
  return slope - (CONFIDENCE * scatter) / reach;
}

/** Standard deviations in a median of distances, for scatter that is evenly bell-shaped. */
const SIGMAS_OF_A_MEDIAN = 1.4826;
const CONFIDENCE = 2;

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
