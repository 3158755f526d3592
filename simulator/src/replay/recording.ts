import type { UnitSystem } from '@cupola/domain';
import { CallerError } from '../product/caller-error.js';
import { readSamples } from './csv-samples.js';
import type { TelemetryFile } from './telemetry-files.js';

/** One point's recorded samples in order of time. */
export interface Series {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** A whole recording, by the point's id in the model. */
export interface Recording {
  readonly series: ReadonlyMap<string, Series>;
  readonly rows: number;
  readonly firstTime: number;
  readonly lastTime: number;
  /** Median of everything whose class names a temperature; null without any. */
  readonly medianTemperature: number | null;
}

/** No room is at 45 degrees Celsius, few buildings stay below 45 degrees Fahrenheit. */
const WARMEST_METRIC_MEDIAN = 45;

/** Reads all files. A point may be spread over several of them. Throws CallerError naming file and line. */
export function readRecording(files: readonly TelemetryFile[]): Recording {
  const samples = new Map<string, { time: number; value: number }[]>();
  const temperatures: number[] = [];
  for (const file of files) {
    for (const { sourceId, time, value, type } of readSamples(file)) {
      const known = samples.get(sourceId);
      if (known === undefined) samples.set(sourceId, [{ time, value }]);
      else known.push({ time, value });
      if (type.includes('Temperature')) temperatures.push(value);
    }
  }
  const series = new Map([...samples].map(([sourceId, rows]) => [sourceId, inOrder(rows)]));
  const times = [...series.values()].flatMap(({ times: all }) => [all[0] ?? 0, all.at(-1) ?? 0]);
  if (times.length === 0) throw new CallerError('The telemetry has no rows.');
  const rows = [...series.values()].reduce((sum, { times: all }) => sum + all.length, 0);
  return { series, rows, firstTime: Math.min(...times), lastTime: Math.max(...times), medianTemperature: median(temperatures) };
}

/** The unit system that the recorded temperatures speak of; metric where there are none. */
export function judgeUnits({ medianTemperature }: Recording): UnitSystem {
  return medianTemperature !== null && medianTemperature > WARMEST_METRIC_MEDIAN ? 'imperial' : 'metric';
}

/** The sort is stable: two rows of one instant stay in the order of their files. */
function inOrder(rows: { time: number; value: number }[]): Series {
  rows.sort((a, b) => a.time - b.time);
  return { times: rows.map(({ time }) => time), values: rows.map(({ value }) => value) };
}

function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
