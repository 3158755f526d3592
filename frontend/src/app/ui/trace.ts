import type { PointValue, Quality } from '@cupola/domain';

export type TraceSample = readonly [at: number, value: PointValue, quality: Quality];

export interface TraceFrame {
  from: number;
  to: number;
  width: number;
  height: number;
  /** A pause longer than this is a gap: nothing is drawn where nothing is known. */
  gapMs: number;
  /** Values that the scale must reach besides the samples, e.g. a limit that is drawn as a line. */
  also?: readonly number[];
}

export interface Trace {
  /** One path per unbroken stretch. */
  paths: string[];
  min: number;
  max: number;
  /** Height at which a value stands. */
  levelOf(value: number): number;
}

const PAD = 4;
const SHORTEST_GAP_MS = 60_000;

function isDrawn(quality: Quality): boolean {
  return quality === 'GOOD' || quality === 'STALE';
}

/** Unbroken stretches of drawable samples. */
function stretches(samples: readonly TraceSample[], gapMs: number): (readonly [number, number])[][] {
  const found: (readonly [number, number])[][] = [];
  let current: (readonly [number, number])[] = [];
  for (const [at, value, quality] of samples) {
    const last = current.at(-1);
    if (value === null || !isDrawn(quality) || (last && at - last[0] > gapMs)) {
      if (current.length > 0) found.push(current);
      current = [];
    }
    if (value !== null && isDrawn(quality)) current.push([at, value]);
  }
  if (current.length > 0) found.push(current);
  return found;
}

/** Keeps each pixel column's lowest and highest sample, in their order: a spike is never thinned away. */
function thin(stretch: (readonly [number, number])[], columnMs: number): (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = [];
  let column: (readonly [number, number])[] = [];
  const flush = () => {
    const low = column.reduce((a, b) => (b[1] < a[1] ? b : a), column[0] ?? [0, 0]);
    const high = column.reduce((a, b) => (b[1] > a[1] ? b : a), column[0] ?? [0, 0]);
    kept.push(...(low === high ? [low] : low[0] < high[0] ? [low, high] : [high, low]));
    column = [];
  };
  for (const sample of stretch) {
    const first = column[0];
    if (first && Math.floor(sample[0] / columnMs) !== Math.floor(first[0] / columnMs)) flush();
    column.push(sample);
  }
  if (column.length > 0) flush();
  return kept;
}

/** Turns samples into paths inside the frame; the scale follows what is drawn. Null when there is nothing to draw. */
export function trace(samples: readonly TraceSample[], frame: TraceFrame): Trace | null {
  const columnMs = (frame.to - frame.from) / Math.max(1, frame.width);
  const parts = stretches(samples, frame.gapMs).map((stretch) => thin(stretch, columnMs));
  const values = parts.flat().map(([, value]) => value);
  if (values.length === 0) return null;
  const min = values.reduce((a, b) => Math.min(a, b));
  const max = values.reduce((a, b) => Math.max(a, b));
  const [bottom, top] = [Math.min(min, ...(frame.also ?? [])), Math.max(max, ...(frame.also ?? []))];
  const spread = top - bottom || 1;
  const middle = top === bottom ? 0.5 : 0;
  const x = (at: number) => ((at - frame.from) / (frame.to - frame.from)) * frame.width;
  const y = (value: number) => frame.height - PAD - ((value - bottom) / spread + middle) * (frame.height - 2 * PAD);
  const paths = parts.map((part) => {
    const corners = part.map(([at, value]) => `${x(at).toFixed(1)} ${y(value).toFixed(1)}`);
    // A lone sample between two gaps still is one: a dot.
    return corners.length === 1 ? `M${corners[0]}h.01` : `M${corners.join('L')}`;
  });
  return { paths, min, max, levelOf: y };
}

/** How long a pause may be before it is a gap: what the point promises, or what its samples keep to. */
export function longestPause(samples: readonly TraceSample[], staleAfterMs: number): number {
  return Math.max(staleAfterMs, typicalStep(samples) * 3, SHORTEST_GAP_MS);
}

/** The middle of the pauses between samples. */
function typicalStep(samples: readonly TraceSample[]): number {
  const steps = samples.slice(1).map(([at], index) => at - (samples[index]?.[0] ?? at)).sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0;
}
