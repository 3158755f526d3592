/** Share of a value by which a readback may differ where the point has no resolution of its own: float32 keeps about 1e-7. */
const RELATIVE_TOLERANCE = 1e-6;

/**
 * Whether a value read back is the value that was asked for: within half of the point's native resolution, or within
 * 1e-6 of the larger magnitude where it has none. Null never agrees with anything.
 */
export function agrees(asked: number | null, read: number | null, resolution: number | null): boolean {
  if (asked === null || read === null) return false;
  const magnitude = Math.max(Math.abs(asked), Math.abs(read));
  const rounding = magnitude * Number.EPSILON * 4;
  const tolerance = resolution === null ? magnitude * RELATIVE_TOLERANCE : resolution / 2 + rounding;
  return Math.abs(asked - read) <= tolerance;
}
