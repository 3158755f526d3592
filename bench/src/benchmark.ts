import type { Figure } from './measure.js';

export interface BenchmarkContext {
  /** Makes a fresh, migrated database, on a server whose settings keep what was acknowledged; returns its address. */
  createDatabase(): Promise<string>;
  /** A directory that is removed afterwards. */
  folder: string;
  log(line: string): void;
}

export interface Benchmark {
  name: string;
  /** Names of the figures that it measures. */
  measures: string;
  run(context: BenchmarkContext): Promise<Figure[]>;
}
