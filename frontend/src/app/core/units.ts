/** Decimals that an operator reads; the stored value keeps all of them. Units that are not listed get up to two. */
const DIGITS: Readonly<Record<string, number>> = {
  degC: 1, degF: 1, deltaDegC: 1, deltaDegF: 1, '%': 0, '%RH': 0, ppm: 0, lx: 0, Pa: 0, W: 0, cfm: 0, h: 0, s: 0,
};

export function digitsOf(unit: string | null): number {
  return unit === null ? 2 : (DIGITS[unit] ?? 2);
}

/** How far a deviation from setpoint reaches until its bar is full, in the value's own unit; none where that is not known. */
export function deviationReach(unit: string | null): number | null {
  if (unit === 'degC') return 2;
  return unit === 'degF' ? 4 : null;
}
