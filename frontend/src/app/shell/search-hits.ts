import type { FoundZone, Point } from '@cupola/contracts';
import type { BuildingTree } from '../core/sites';
import type { Controller } from '../core/wire';
import type { IconName } from '../ui/icon';

export const HIT_GROUPS = ['zones', 'floors', 'points', 'controllers', 'pages'] as const;
export type HitGroup = (typeof HIT_GROUPS)[number];

export interface Hit {
  id: string;
  group: HitGroup;
  icon: IconName;
  label: string;
  where: string;
  value: string;
  to: string;
}

/** No more than this of one group, or points would hide everything else. */
const MOST = { zones: 5, floors: 3, points: 8, controllers: 5, pages: 4 } as const satisfies Record<HitGroup, number>;

/** Every word that was typed occurs somewhere. */
export function finds(text: string, ...inside: (string | null | undefined)[]): boolean {
  const all = inside.join(' ').toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}

export function floorHits(text: string, buildings: readonly BuildingTree[]): Hit[] {
  return buildings.flatMap((building) =>
    building.floors
      .filter(({ name }) => finds(text, name))
      .map(({ id, name }): Hit => ({ id, group: 'floors', icon: 'floor', label: name, where: building.name, value: '', to: `/floors/${id}` })),
  );
}

export function zoneHits(zones: readonly FoundZone[]): Hit[] {
  return zones.map(
    ({ id, name, floor, building }): Hit => ({ id: `${id}/${floor.id}`, group: 'zones', icon: 'floor', label: name, where: `${floor.name}, ${building.name}`, value: '', to: `/floors/${floor.id}?zone=${id}` }),
  );
}

export function controllerHits(controllers: readonly Controller[], stateOf: (controller: Controller) => string): Hit[] {
  return controllers.map(
    (controller): Hit => ({
      ...{ id: controller.id, group: 'controllers', icon: 'controllers', label: controller.name },
      where: [controller.equipment?.name, controller.floor?.name, controller.building?.name ?? controller.site.name].filter(Boolean).join(', '),
      ...{ value: stateOf(controller), to: `/controllers/${controller.id}` },
    }),
  );
}

export function pointHits(points: readonly Point[], valueOf: (point: Point) => string): Hit[] {
  return points.map(
    (point): Hit => ({
      ...{ id: point.id, group: 'points', icon: 'point', label: point.label, value: valueOf(point) },
      where: [point.building.name, point.floor?.name, point.zone?.name, point.equipment?.name].filter(Boolean).join(', '),
      to: point.floor ? `/floors/${point.floor.id}?point=${point.id}` : `/points/${point.id}`,
    }),
  );
}

/** By group, each group cut to what helps. */
export function grouped(hits: readonly Hit[]): Hit[] {
  return HIT_GROUPS.flatMap((group) => hits.filter((hit) => hit.group === group).slice(0, MOST[group]));
}
