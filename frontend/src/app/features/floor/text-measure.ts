import { Service, inject, signal } from '@angular/core';
import { DOCUMENT } from '@angular/common';
import type { Measure } from './room-label';

/** Half an em and a little: what a letter takes where nothing can be measured. */
const GUESSED_EM = 0.6;

/** Widths of texts in the console's typeface, measured without touching the document. */
@Service()
export class TextMeasure {
  private readonly document = inject(DOCUMENT);
  private readonly context = this.openContext();
  private readonly widths = new Map<string, number>();
  /** Rises when the typeface has arrived and everything has to be measured again. */
  readonly generation = signal(0);

  constructor() {
    const loads = ['400 12px', '500 12px'].map((font) => this.document.fonts?.load(`${font} "IBM Plex Sans"`));
    void Promise.all(loads).then(() => {
      this.widths.clear();
      this.generation.update((count) => count + 1);
    });
  }

  readonly width: Measure = (text, size, weight) => {
    if (!this.context) return text.length * size * GUESSED_EM;
    const key = `${weight}/${size}/${text}`;
    const known = this.widths.get(key);
    if (known !== undefined) return known;
    this.context.font = `${weight} ${size}px "IBM Plex Sans", system-ui, sans-serif`;
    const width = this.context.measureText(text).width;
    if (this.widths.size > 5000) this.widths.clear();
    this.widths.set(key, width);
    return width;
  };

  private openContext(): CanvasRenderingContext2D | null {
    try {
      return this.document.createElement('canvas').getContext('2d');
    } catch {
      return null; // A document without canvas: guessed widths err on the wide side.
    }
  }
}
