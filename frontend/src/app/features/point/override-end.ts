const MINUTE_MS = 60_000;
const PRESETS_MS = [30, 60, 120, 240, 480, 1440].map((minutes) => minutes * MINUTE_MS);

/** Usual lengths of an override, up to the longest that the point allows. */
export function presetsUpTo(longestMs: number): number[] {
  const allowed = PRESETS_MS.filter((ms) => ms <= longestMs);
  return allowed.length > 0 ? allowed : [longestMs];
}

/** A moment as a date and time field of the browser's own zone holds it. */
export function localDateTime(epochMs: number): string {
  const at = new Date(epochMs);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
