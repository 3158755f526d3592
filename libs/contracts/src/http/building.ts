import { z } from 'zod';
import { id, instant, text } from '../primitives.js';
import { unitSystem, zoneKind } from '../words.js';
import { core, door, outline } from './floor-drawing.js';
import { point } from './points.js';

export const timeZone = z.string().min(1).max(64);
export const siteTree = z.object({
  id,
  name: z.string(),
  timeZone,
  address: z.string(),
  buildings: z.array(
    z.object({
      id,
      name: z.string(),
      floors: z.array(
        z.object({ id, name: z.string(), level: z.int(), spaces: z.int(), zones: z.int(), points: z.int(), controllersOffline: z.int() }),
      ),
      equipment: z.int(),
      points: z.int(),
      /** Points that belong to no floor: plant and building meters. */
      plantPoints: z.int(),
    }),
  ),
});
export type SiteTree = z.infer<typeof siteTree>;
export const sitesResponse = z.object({ items: z.array(siteTree) });
export const createSite = z.strictObject({ name: text(120), timeZone, address: z.string().max(300).default('') });

export const floorDetail = z.object({
  id,
  name: z.string(),
  level: z.int(),
  site: z.object({ id, name: z.string(), timeZone }),
  building: z.object({ id, name: z.string() }),
  plan: z.object({
    width: z.number(),
    height: z.number(),
    /** Arranged from the rooms' names: no wall, doors and cores are known. */
    generated: z.boolean(),
    wall: outline.nullable(),
    doors: z.array(door),
    cores: z.array(core),
  }),
  /** `zoneIds`: the zone of its climate first, as it is what people mean by a room's zone. */
  spaces: z.array(z.object({ id, name: z.string(), outline, zoneIds: z.array(id) })),
  zones: z.array(
    z.object({ id, name: z.string(), kind: zoneKind, equipment: z.array(z.object({ id, name: z.string(), brickClass: z.string().nullable() })) }),
  ),
  points: z.array(point),
});
export type FloorDetail = z.infer<typeof floorDetail>;
/** `GET /api/v1/buildings/{id}/plant`: everything that stands on no floor. */
export const plantDetail = floorDetail.pick({ site: true, building: true, points: true });
export type PlantDetail = z.infer<typeof plantDetail>;

/** `POST /api/v1/imports?site=&building=&unitSystem=` with the Turtle text as body (`text/turtle`, up to 32 MiB). */
export const importQuery = z.object({
  site: text(120),
  /** Name for the building; default: the model's own. */
  building: text(120).optional(),
  timeZone: timeZone.default('UTC'),
  unitSystem,
});
export const importFinding = z.object({ severity: z.enum(['error', 'warning']), code: z.string(), subject: z.string(), text: z.string() });
export const importReport = z.object({
  id,
  status: z.enum(['ready', 'rejected', 'applied']),
  site: z.string(),
  building: z.string(),
  unitSystem,
  counts: z.object({ floors: z.int(), spaces: z.int(), zones: z.int(), equipment: z.int(), points: z.int(), controllers: z.int() }),
  equipmentByClass: z.record(z.string(), z.int()),
  pointsByClass: z.record(z.string(), z.int()),
  /** Against what is stored now. */
  diff: z.object({ added: z.int(), changed: z.int(), unchanged: z.int(), missing: z.int() }),
  findings: z.array(importFinding),
  createdAt: instant,
  appliedAt: instant.nullable(),
  buildingId: id.nullable(),
});
export type ImportReport = z.infer<typeof importReport>;

/** `GET /api/v1/zones?search=`: each word occurs somewhere in the names of the zone, its floor or its building. */
export const zonesQuery = z.object({ search: z.string().trim().min(1).max(200), limit: z.coerce.number().int().min(1).max(100).default(20) });
export const foundZone = z.object({ id, name: z.string(), floor: z.object({ id, name: z.string(), level: z.int() }), building: z.object({ id, name: z.string() }) });
export type FoundZone = z.infer<typeof foundZone>;
export const zonesResponse = z.object({ items: z.array(foundZone) });

export const equipmentItem = z.object({
  id,
  name: z.string(),
  sourceId: z.string().nullable(),
  brickClass: z.string().nullable(),
  building: z.object({ id, name: z.string() }),
  floor: z.object({ id, name: z.string(), level: z.int() }).nullable(),
  points: z.int(),
  controller: z.object({ id, name: z.string() }).nullable(),
});
