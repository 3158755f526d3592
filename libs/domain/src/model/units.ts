import type { UnitSystem } from './words.js';

/** A quantity's unit in each unit system; null where the class does not tell enough to say. */
export type UnitChoice = Readonly<Record<UnitSystem, string | null>>;

const unit = (metric: string | null, imperial: string | null = metric): UnitChoice => ({ metric, imperial });

/** Quantities that point classes speak of. A temperature difference is no temperature: 5 degF apart are not -15 degC. */
export const QUANTITIES = {
  temperature: unit('degC', 'degF'),
  celsius: unit('degC'),
  fahrenheit: unit('degF'),
  temperatureDifference: unit('deltaDegC', 'deltaDegF'),
  humidity: unit('%RH'),
  concentration: unit('ppm'),
  airPressure: unit('Pa', 'inH2O'),
  waterPressure: unit('kPa', 'psi'),
  airFlow: unit('l/s', 'cfm'),
  waterFlow: unit('l/s', 'gpm'),
  power: unit('kW'),
  energy: unit('kWh'),
  current: unit('A'),
  voltage: unit('V'),
  frequency: unit('Hz'),
  percent: unit('%'),
  illuminance: unit('lx'),
  windSpeed: unit('m/s', 'mph'),
  angle: unit('deg'),
  hours: unit('h'),
  seconds: unit('s'),
  none: unit(null),
} as const satisfies Record<string, UnitChoice>;
export type Quantity = keyof typeof QUANTITIES;

const SYMBOLS: Readonly<Record<string, string>> = {
  degC: '°C',
  degF: '°F',
  deltaDegC: 'K',
  deltaDegF: '°F diff.',
  inH2O: 'inH₂O',
  deg: '°',
};

/** How a unit is written for people: `degF` is `°F`; units without a sign of their own are shown as they are. */
export function unitSymbol(unitName: string): string {
  return SYMBOLS[unitName] ?? unitName;
}

const NAMED_UNITS: Readonly<Record<string, string>> = {
  deg_c: 'degC',
  deg_f: 'degF',
  degc: 'degC',
  degf: 'degF',
  celsius: 'degC',
  fahrenheit: 'degF',
  percent: '%',
  percent_rh: '%RH',
  kilow: 'kW',
  kw: 'kW',
  w: 'W',
  'kilow-hr': 'kWh',
  kwh: 'kWh',
  kbtu: 'kBtu',
  'btu_it-per-hr': 'Btu/h',
  ppm: 'ppm',
  lux: 'lx',
  a: 'A',
  v: 'V',
  hz: 'Hz',
  pa: 'Pa',
  kilopa: 'kPa',
  kpa: 'kPa',
  psi: 'psi',
  in_h2o: 'inH2O',
  inh2o: 'inH2O',
  gpm: 'gpm',
  'gal_us-per-min': 'gpm',
  cfm: 'cfm',
  'ft3-per-min': 'cfm',
  'l-per-sec': 'l/s',
  'm3-per-hr': 'm3/h',
  'm-per-sec': 'm/s',
  sec: 's',
  hr: 'h',
  rpm: 'rpm',
};

/** The unit that a model names (`unit:DEG_F`, `percent`, `kBtu`), in Cupola's spelling; `undefined` when it is none that is known. */
export function namedUnit(name: string): string | undefined {
  return NAMED_UNITS[name.toLowerCase()];
}

/**
 * The unit at the end of a point's name (`ChilledWater_Demand_kBtu`). Only names of three letters and more count, because a
 * last word `A`, `V` or `W` is more often a wing or a riser.
 */
export function unitAtEndOf(pointName: string): string | undefined {
  const last = pointName.split(/[^A-Za-z0-9]+/).at(-1) ?? '';
  return last.length >= 3 || last === 'kW' ? namedUnit(last) : undefined;
}
