import type { Elevation, ElevationZone } from '@cupola/contracts';

const good = (value: number, unit: string) => ({ value, unit, quality: 'GOOD' as const });

export function aZone(n: number, change: Partial<ElevationZone> = {}): ElevationZone {
  return { id: `z${n}`, name: `3.0${n} Office`, equipment: [`e${n}`], temperature: good(21.5, 'degC'), setpoint: good(21.5, 'degC'), co2: null, light: null, power: null, ...change };
}

/** A building of one floor with four zones: one warm, one in band, one not known, one without a setpoint. */
export function anElevation(change: Partial<Elevation> = {}): Elevation {
  const zones = [
    aZone(1, { temperature: good(24.8, 'degC') }),
    aZone(2, { co2: good(640, 'ppm') }),
    aZone(3, { temperature: { value: 21.7, unit: 'degC', quality: 'DOWN' }, co2: { value: 1900, unit: 'ppm', quality: 'STALE' } }),
    aZone(4, { setpoint: null, light: good(60, '%') }),
  ];
  return {
    at: Date.now(),
    building: { id: 'b', name: 'Cupola House' },
    floors: [{ id: 'f3', name: 'Floor 3 Offices', level: 3, zones, power: { kilowatts: 12.4, known: 2, meters: 2 } }],
    outside: { temperature: good(4.2, 'degC'), humidity: good(61, '%RH') },
    power: { kilowatts: 184, known: 3, meters: 4 },
    controllers: { live: 118, all: 121 },
    alarmsLastHour: 4,
    ...change,
  };
}
