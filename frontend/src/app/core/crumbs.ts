import { Service, effect, inject, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';

export interface Crumb {
  label: string;
  /** Address inside the console; none for the place itself. */
  to?: string;
}

/** Where the person is: shown in the top bar, and as the window's title. */
@Service()
export class Crumbs {
  private readonly title = inject(Title);
  readonly trail = signal<readonly Crumb[]>([]);
  /** The building that the page is about, kept until another page is about another one. */
  readonly building = signal<string | null>(null);

  constructor() {
    effect(() => {
      const names = this.trail().map(({ label }) => label).reverse();
      this.title.setTitle([...names, 'Cupola'].join(' · '));
    });
  }
}
