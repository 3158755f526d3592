import { Service, computed, inject, resource } from '@angular/core';
import { Api } from './api';
import { Session } from './session';
import { Sites } from './sites';

/** Whether there is a simulated building here whose faults this person may command. */
@Service()
export class SimulationDesk {
  private readonly api = inject(Api);
  private readonly session = inject(Session);
  private readonly sites = inject(Sites);
  private readonly loaded = resource({
    // Asked again when buildings come: the demo building appears after the first people have logged in.
    params: () => (this.session.permissions().has('points.command') ? this.sites.buildings().map(({ building }) => building.id).join() || undefined : undefined),
    loader: ({ abortSignal }) => this.api.searchPoints('Simulation-desk.speed', abortSignal),
  });
  readonly isThere = computed(() => this.loaded.hasValue() && this.loaded.value().items.some(({ brickClass }) => brickClass === 'Simulation_Speed_Setpoint'));
}
