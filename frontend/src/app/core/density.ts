import { Service, effect, inject, signal } from '@angular/core';
import { DOCUMENT } from '@angular/common';
import { keepPreference, readPreference } from './preferences';

export const DENSITIES = ['comfortable', 'compact'] as const;
export type Density = (typeof DENSITIES)[number];

/** How much stands on a screen. What it changes is in the tokens alone. */
@Service()
export class DensityChoice {
  private readonly root = inject(DOCUMENT).documentElement;
  private readonly chosen = signal<Density>(readPreference('density') === 'compact' ? 'compact' : 'comfortable');
  readonly density = this.chosen.asReadonly();

  constructor() {
    effect(() => (this.root.dataset['density'] = this.density()));
  }

  choose(density: Density): void {
    keepPreference('density', density);
    this.chosen.set(density);
  }
}
