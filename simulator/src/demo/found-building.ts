import { alarmDefinition, floorDetail, sitesResponse } from '@cupola/contracts';
import { z } from 'zod';
import { importModel, type Place } from '../product/model-import.js';
import type { ProductApi } from '../product/product-api.js';
import { ALARM_DEFINITIONS } from './alarm-definitions.js';
import { DRAWN_LEVELS, drawingOf } from './house/drawings.js';
import { cupolaHouseTurtle } from './house/turtle.js';
import { TIME_ZONE } from './local-time.js';

const definitions = z.object({ items: z.array(alarmDefinition) });
const plan = floorDetail.pick({ plan: true });

/** The building in the product: imported unless it is there. What somebody changed of it since stays. */
export async function importHouse(api: ProductApi, site: string, say: (line: string) => void): Promise<Place> {
  const model = { source: 'Cupola House', turtle: cupolaHouseTurtle(), unitSystem: 'metric' as const };
  return importModel(api, { ...model, site, building: 'Cupola House', timeZone: TIME_ZONE }, say);
}

/** Draws the floors that nobody has drawn yet. */
export async function drawHouse(api: ProductApi, { buildingId }: Place): Promise<void> {
  const { items } = await api.get('/api/v1/sites', sitesResponse);
  const floors = items.flatMap(({ buildings }) => buildings).find(({ id }) => id === buildingId)?.floors ?? [];
  for (const { id, level } of floors) {
    if (!DRAWN_LEVELS.includes(level)) continue;
    const known = await api.get(`/api/v1/floors/${id}`, plan);
    if (known.plan.generated) await api.put(`/api/v1/floors/${id}/plan`, drawingOf(level), z.unknown());
  }
}

/** Defines the house's alarms, those apart that it has by their names. */
export async function defineAlarms(api: ProductApi, { buildingId }: Place): Promise<void> {
  const { items } = await api.get('/api/v1/alarm-definitions', definitions);
  const known = new Set(items.flatMap(({ name, target }) => (target.kind === 'class' && target.building === buildingId ? [name] : [])));
  for (const { brickClass, ...rules } of ALARM_DEFINITIONS) {
    if (known.has(rules.name)) continue;
    const target = { kind: 'class', brickClass, building: buildingId, floor: null };
    await api.post('/api/v1/alarm-definitions', { ...rules, target }, alarmDefinition);
  }
}
