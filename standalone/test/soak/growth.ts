/** Growth in bytes per minute: the median slope between all pairs of readings, which a single large reading does not move (Theil and Sen). */
export function growthPerMinute(readings: readonly { minute: number; bytes: number }[]): number {
  const slopes = readings.flatMap((from, index) => readings.slice(index + 1).map((to) => (to.bytes - from.bytes) / (to.minute - from.minute)));
  return slopes.toSorted((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? 0;
}
