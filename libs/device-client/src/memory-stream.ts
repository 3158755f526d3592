import { randomUUID } from 'node:crypto';
import { DEFAULT_MAX_FRAMES, type StoredFrame, type StreamStore } from './stream.js';

/** A store that lives as long as the process: what is not acknowledged at its end is lost. `maxFrames` bounds it; the oldest go first. */
export function memoryStream(options: { id?: string; maxFrames?: number } = {}): StreamStore {
  const maxFrames = options.maxFrames ?? DEFAULT_MAX_FRAMES;
  const frames = new Map<number, StoredFrame>();
  let oldest = 1;
  let next = 1;
  let dropped = 0;
  const dropUpTo = (seq: number) => {
    for (; oldest <= seq && oldest < next; oldest += 1) frames.delete(oldest);
  };
  return {
    id: options.id ?? randomUUID(),
    get oldest() {
      return oldest;
    },
    get next() {
      return next;
    },
    get dropped() {
      return dropped;
    },
    frame: (seq) => frames.get(seq) ?? null,
    forget: dropUpTo,
    append(frame) {
      frames.set(next, frame);
      next += 1;
      if (next - oldest > maxFrames) {
        dropUpTo(oldest);
        dropped += 1;
      }
      return next - 1;
    },
    close: () => undefined,
  };
}
