/** What an energy meter shows before it begins again at zero, in kWh: five digits and one decimal. */
export const METER_TURNS_AT = 100_000;

/** The register after `dtS` seconds at `powerKw`. */
export function advanceMeter(register: number, powerKw: number, dtS: number): number {
  return (register + (powerKw * dtS) / 3600) % METER_TURNS_AT;
}
