import { Component, inject, input } from '@angular/core';
import { PointFaceplate } from './point-faceplate';
import { Words } from '../../core/words';
import { Crumbs } from '../../core/crumbs';

/** A point's own page: what the side panel shows, with an address of its own. */
@Component({
  selector: 'cp-point-page',
  imports: [PointFaceplate],
  host: { class: 'page' },
  template: `<section class="panel pad alone" [attr.aria-label]="t('point.title')"><cp-point-faceplate [pointId]="id()" level="page" /></section>`,
})
export class PointPage {
  protected readonly t = inject(Words).t;
  readonly id = input.required<string>();

  constructor() {
    inject(Crumbs).trail.set([{ label: this.t('point.title') }]);
  }
}
