import { computed, signal } from '@angular/core';
import type { Signal, WritableSignal } from '@angular/core';

const OVERSCAN = 8;

/** Which rows of a long table of equal rows are worth having in the document, and the space of those that are not. */
export class VirtualWindow<T> {
  private readonly top = signal(0);
  private readonly height = signal(900);
  private readonly row: WritableSignal<number>;
  private readonly size = computed(() => Math.ceil(this.height() / this.row()) + 2 * OVERSCAN);
  readonly start = computed(() => Math.max(0, Math.min(Math.floor(this.top() / this.row()) - OVERSCAN, this.rows().length - this.size())));
  readonly end = computed(() => Math.min(this.rows().length, this.start() + this.size()));
  readonly visible = computed(() => this.rows().slice(this.start(), this.end()));
  readonly before = computed(() => this.start() * this.row());
  readonly after = computed(() => (this.rows().length - this.end()) * this.row());
  /** The rows that a person can see now, those at the edges included. */
  readonly inView = computed(() => this.rows().slice(Math.floor(this.top() / this.row()), Math.ceil((this.top() + this.height()) / this.row())));

  constructor(
    private readonly rows: Signal<readonly T[]>,
    usualRowHeight: number,
  ) {
    this.row = signal(usualRowHeight);
  }

  get rowHeight(): number {
    return this.row();
  }

  /** To be called with the scrolling element whenever it scrolls or changes its size. */
  measure(element: { scrollTop: number; clientHeight: number }): void {
    this.top.set(element.scrollTop);
    if (element.clientHeight > 0) this.height.set(element.clientHeight);
  }

  /** Rows are lower or higher by the density and the size of the screen. */
  resize(rowHeight: number): void {
    if (rowHeight > 0) this.row.set(rowHeight);
  }
}
