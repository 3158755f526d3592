import { controller, page, point, type Controller, type Point } from '@cupola/contracts';
import type { Place } from './model-import.js';
import type { ProductApi } from './product-api.js';

/** One controller that is played: everything that one piece of equipment (or the building itself) owns. */
export interface Assignment {
  readonly name: string;
  readonly type: string;
  /** Null: the building's points that belong to no equipment. */
  readonly equipmentId: string | null;
  readonly points: readonly Point[];
}

const pointPage = page(point);
const controllerPage = page(controller);

/** One assignment per point-owning equipment, and one for the building's points without equipment; in order of their names. */
export async function readAssignments(api: ProductApi, { buildingId, buildingName }: Pick<Place, 'buildingId' | 'buildingName'>): Promise<Assignment[]> {
  const points = await api.list('/api/v1/points', { building: buildingId, limit: '1000' }, pointPage);
  const byEquipment = Map.groupBy(points, ({ equipment }) => equipment?.id ?? null);
  const assignments = [...byEquipment].map(([equipmentId, own]): Assignment => {
    const equipment = own[0]?.equipment ?? null;
    const sorted = own.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    if (equipment === null) return { name: `${buildingName} (building)`, type: 'Building', equipmentId, points: sorted };
    return { name: equipment.name, type: localName(equipment.brickClass) ?? 'Equipment', equipmentId, points: sorted };
  });
  return assignments.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The building's controllers that were not revoked. */
export async function readControllers(api: ProductApi, { siteId, buildingId }: Pick<Place, 'siteId' | 'buildingId'>): Promise<Controller[]> {
  const all = await api.list('/api/v1/controllers', { site: siteId, limit: '1000' }, controllerPage);
  return all.filter(({ building, status }) => building?.id === buildingId && status !== 'revoked');
}

/** The controller that was registered for an assignment. */
export function findController(controllers: readonly Controller[], { equipmentId, name }: Assignment): Controller | undefined {
  return controllers.find(({ equipment, name: known }) => (equipmentId === null ? equipment === null && known === name : equipment?.id === equipmentId));
}

function localName(brickClass: string | null): string | null {
  return brickClass?.split(/[#/:]/).at(-1) ?? null;
}
