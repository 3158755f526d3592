import { computed, linkedSignal } from '@angular/core';
import type { Signal } from '@angular/core';
import type { FloorDetail } from '@cupola/contracts';
import { boundsOf } from './label-box';
import type { Corner } from './label-box';

export type ZoomStep = 'in' | 'out' | 'fit';

const MARGIN = 14;
/** Below this width a room cannot hold its name and value: the plan opens larger than a small screen and is scrolled. */
const READABLE_ROOM = 66;
/** A plan of few rooms that nobody drew is not blown up until it looks like another building. */
const LARGEST_FIT = 1.5;
const ZOOM_STEP = 1.4;
const LARGEST = 6;

/** How a floor's plan lies on the screen: fitted, or zoomed and scrolled. */
export class PlanView {
  readonly bounds = computed(() => {
    const { spaces, plan } = this.floor();
    return boundsOf([...spaces.flatMap(({ outline }) => outline), ...(plan.wall ?? []), ...plan.cores.flatMap(({ outline }) => outline)]);
  });
  private readonly fitting = computed(() => {
    const { width, height } = this.size();
    const bounds = this.bounds();
    return Math.min(this.floor().plan.generated ? LARGEST_FIT : Infinity, (width - 2 * MARGIN) / Math.max(bounds.width, 1), (height - 2 * MARGIN) / Math.max(bounds.height, 1));
  });
  private readonly readable = computed(() => {
    const widths = this.floor().spaces.map(({ outline }) => boundsOf(outline).width).sort((a, b) => a - b);
    const typical = widths[Math.floor(widths.length / 4)] ?? READABLE_ROOM;
    return READABLE_ROOM / Math.max(typical, 1);
  });
  /** Pixels per plan unit. */
  private readonly scale = linkedSignal(() => (this.size().width < 640 ? Math.max(this.fitting(), this.readable()) : this.fitting()));
  readonly area = computed(() => {
    const { width, height } = this.size();
    const wanted = { width: this.bounds().width * this.scale() + 2 * MARGIN, height: this.bounds().height * this.scale() + 2 * MARGIN };
    return { width: Math.floor(Math.max(width, wanted.width)), height: Math.floor(Math.max(height, wanted.height)) };
  });
  private readonly origin = computed(() => {
    const bounds = this.bounds();
    const { width, height } = this.area();
    return { x: (width - bounds.width * this.scale()) / 2 - bounds.x * this.scale(), y: (height - bounds.height * this.scale()) / 2 - bounds.y * this.scale() };
  });
  /** From plan units to pixels. */
  readonly project = ([x, y]: Corner): Corner => [x * this.scale() + this.origin().x, y * this.scale() + this.origin().y];

  constructor(
    private readonly floor: Signal<FloorDetail>,
    private readonly size: Signal<{ width: number; height: number }>,
  ) {}

  zoom(step: ZoomStep): void {
    if (step === 'fit') this.scale.set(this.fitting());
    else this.scale.update((scale) => Math.min(Math.max(scale * (step === 'in' ? ZOOM_STEP : 1 / ZOOM_STEP), this.fitting()), this.fitting() * LARGEST));
  }
}
