import type { TelemetryFile } from '../src/replay/telemetry-files.js';

/** A CSV with the columns time, id and value. */
export function csv(...rows: readonly (readonly string[])[]): string {
  return ['time,id,value', ...rows.map((row) => row.join(','))].join('\n');
}

export function file(text: string, name = 't.csv'): TelemetryFile {
  return { name, text };
}
