import { z } from 'zod';
import { epochMs, id, instant } from '../primitives.js';
import { pointValue, quality } from '../words.js';

/** A value of a zone as it is now. */
export const zoneReading = z.object({ value: pointValue, unit: z.string().nullable(), quality });

/** A zone with what is measured in it; null where no point measures it. Zones of a floor stand west to east. */
export const elevationZone = z.object({
  id,
  name: z.string(),
  /** Equipment that serves it: alarms of that equipment are the zone's. */
  equipment: z.array(id),
  temperature: zoneReading.nullable(),
  setpoint: zoneReading.nullable(),
  co2: zoneReading.nullable(),
  /** Lamps: level in percent, or on and off. */
  light: zoneReading.nullable(),
  power: zoneReading.nullable(),
});
export type ElevationZone = z.infer<typeof elevationZone>;

/** Power in kilowatts, from `known` of `meters` meters that have a present value; null when none has. */
export const powerNow = z.object({ kilowatts: z.number().nullable(), known: z.int(), meters: z.int() });
export type PowerNow = z.infer<typeof powerNow>;

export const elevationFloor = z.object({
  id,
  name: z.string(),
  level: z.int(),
  zones: z.array(elevationZone),
  power: powerNow,
});
export type ElevationFloor = z.infer<typeof elevationFloor>;

/** `GET /api/v1/buildings/{id}/elevation`: the floors that the caller may see as they stand, the highest first, and the building as a whole. */
export const elevation = z.object({
  at: epochMs,
  building: z.object({ id, name: z.string() }),
  floors: z.array(elevationFloor),
  /** What the building's weather points measure outside; null without one, or for who may see only some floors. */
  outside: z.object({ temperature: zoneReading.nullable(), humidity: zoneReading.nullable() }),
  power: powerNow,
  controllers: z.object({ live: z.int(), all: z.int() }),
  /** Alarms annunciated in the last hour. */
  alarmsLastHour: z.int(),
});
export type Elevation = z.infer<typeof elevation>;

/** Means of five minutes, oldest first; null where a meter has no good value: a sum with a hole is no sum. */
export const powerSeries = z.object({ meters: z.int(), kilowatts: z.array(z.number().nullable()) });
/** `GET /api/v1/buildings/{id}/power`: the last six hours of power by floor. */
export const powerHistory = z.object({
  from: instant,
  stepMs: z.int(),
  floors: z.array(powerSeries.extend({ id })),
  building: powerSeries,
});
export type PowerHistory = z.infer<typeof powerHistory>;
