import type { PlantController } from '../plant.js';
import type { RelayAddresses } from './relay-addresses.js';

/** What benchmarks tell the live probe, which plays the controllers and one console. */
export type LiveRequest =
  /** Of each controller, the last `alarmedEach` points have an alarm whose limit is `LIMIT`. */
  | { kind: 'open'; console: string; gateway: string; pointsRev: string; floor: string; controllers: PlantController[]; alarmedEach: number; relay?: RelayAddresses }
  /** Values that differ, each of another point than those before. */
  | { kind: 'values'; through: 'product' | 'relay'; count: number; perSecond: number }
  /** Values of points with an alarm: all of them rise above the limit in turn, then all return. */
  | { kind: 'alarms'; count: number; perSecond: number };

/** Milliseconds from sending to arrival, of everything that was sent. */
export type LiveResult = number[];

/** No value without an alarm reaches it. */
export const LIMIT = 1_000_000;
