import { Service, computed, effect, inject, resource, signal } from '@angular/core';
import type { SiteTree } from '@cupola/contracts';
import { Api } from './api';
import { Session } from './session';

export type BuildingTree = SiteTree['buildings'][number];
export type FloorTree = BuildingTree['floors'][number];

/** Sites, buildings and floors that this person may see, with their counts: the console's table of contents. */
@Service()
export class Sites {
  private readonly api = inject(Api);
  private readonly session = inject(Session);
  private readonly loaded = resource({
    params: () => (this.session.status() === 'signedIn' ? (this.session.me()?.id ?? undefined) : undefined),
    loader: ({ abortSignal }) => this.api.sites(abortSignal),
  });
  private readonly last = signal<SiteTree[] | null>(null);

  /** Null until they were read once; what was read stays while it is read again. */
  readonly sites = this.last.asReadonly();
  readonly failure = computed(() => (this.loaded.status() === 'error' ? this.loaded.error() : undefined));
  readonly buildings = computed(() => (this.sites() ?? []).flatMap((site) => site.buildings.map((building) => ({ site, building }))));

  constructor() {
    effect(() => {
      if (this.session.status() === 'anonymous') this.last.set(null);
      else if (this.loaded.hasValue()) this.last.set(this.loaded.value().items);
    });
  }

  reload(): void {
    this.loaded.reload();
  }

  zoneOf(siteId: string): string | undefined {
    return this.sites()?.find(({ id }) => id === siteId)?.timeZone;
  }

  /** The building in which a floor lies. */
  buildingOfFloor(floorId: string): { site: SiteTree; building: BuildingTree } | undefined {
    return this.buildings().find(({ building }) => building.floors.some(({ id }) => id === floorId));
  }
}
