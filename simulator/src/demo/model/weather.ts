import type { Facade } from '../house/rooms.js';
import { clamp, wander } from './chance.js';

export interface Weather {
  /** degC */
  readonly temperature: number;
  /** %RH */
  readonly humidity: number;
  /** m/s */
  readonly wind: number;
  /** lx on the roof. */
  readonly light: number;
  /** W per square metre of facade. */
  readonly sun: Readonly<Record<Facade, number>>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_DAYS = 365.25;
const LATITUDE = (51 * Math.PI) / 180;
/** Where facades look, as angles from south, west positive. */
const LOOKS: Readonly<Record<Facade, number>> = { east: -Math.PI / 2, south: 0, west: Math.PI / 2, north: Math.PI };

/** Hours since midnight, local time. */
export function hourOf(localMs: number): number {
  return (((localMs % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS;
}

/** The weather at an instant of local time (milliseconds): season, day and night, clouds that come and go. */
export function weatherAt(localMs: number, seed: string): Weather {
  const day = (localMs / DAY_MS) % YEAR_DAYS;
  const hour = hourOf(localMs);
  const clouds = wander(localMs, 5 * HOUR_MS, seed, 'clouds');
  const season = -Math.cos((2 * Math.PI * (day - 20)) / YEAR_DAYS);
  const swing = (2.5 + season) * (1.2 - clouds) * Math.cos((2 * Math.PI * (hour - 15)) / 24);
  const temperature = 10.5 + 9 * season + 1.4 * swing + 5 * (wander(localMs, 31 * HOUR_MS, seed, 'air') - 0.5);
  const { height, azimuth } = sunAt(day, hour);
  const beam = height > 0 ? 820 * (1 - 0.75 * clouds) * (1 - Math.exp(-6 * height)) : 0;
  const diffuse = Math.max(0, height) * 110;
  const onto = (facade: Facade) => beam * Math.sqrt(1 - Math.max(0, height) ** 2) * Math.max(0, Math.cos(azimuth - LOOKS[facade])) + diffuse;
  return {
    temperature,
    humidity: clamp(78 - 1.6 * swing - 6 * season + 15 * (clouds - 0.5), 25, 99),
    wind: 1 + 7 * wander(localMs, 2 * HOUR_MS, seed, 'wind') ** 2,
    light: Math.max(0, beam * Math.max(0, height) + diffuse) * 105,
    sun: { north: onto('north'), east: onto('east'), south: onto('south'), west: onto('west') },
  };
}

/** `height`: sine of the sun's height; `azimuth` from south, west positive. */
function sunAt(day: number, hour: number): { height: number; azimuth: number } {
  const declination = -0.409 * Math.cos((2 * Math.PI * (day + 10)) / YEAR_DAYS);
  const angle = ((hour - 12) * Math.PI) / 12;
  const height = Math.sin(LATITUDE) * Math.sin(declination) + Math.cos(LATITUDE) * Math.cos(declination) * Math.cos(angle);
  const azimuth = Math.atan2(Math.sin(angle), Math.cos(angle) * Math.sin(LATITUDE) - Math.tan(declination) * Math.cos(LATITUDE));
  return { height, azimuth };
}
