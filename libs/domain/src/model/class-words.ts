/**
 * Splits the local name of a class into its words: `Zone_Air_Temperature_Sensor` and `FloorHeater` read
 * `['Zone', 'Air', 'Temperature', 'Sensor']` and `['Floor', 'Heater']`. Abbreviations stay whole (`HVAC`, `CO2`).
 */
export function classWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** True when every word of `wanted` occurs among `words`, in any order, whatever its case. */
export function hasWords(words: readonly string[], wanted: readonly string[]): boolean {
  const present = new Set(words.map((word) => word.toLowerCase()));
  return wanted.every((word) => present.has(word.toLowerCase()));
}
