import { parse } from 'csv-parse/sync';
import { CallerError } from '../product/caller-error.js';
import type { TelemetryFile } from './telemetry-files.js';

/** One recorded sample. */
export interface RecordedSample {
  /** The point's id in the imported model. */
  readonly sourceId: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly value: number;
  /** The point's class as the recording names it; empty where it does not. */
  readonly type: string;
}

const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const REQUIRED = ['time', 'id', 'value'] as const;

interface Line {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/** Reads a CSV with the columns time, id and value (others are skipped, type is kept). Throws CallerError naming file and line. */
export function readSamples({ name, text }: TelemetryFile): RecordedSample[] {
  const [head, ...lines] = parseLines(name, text);
  if (head === undefined) throw new CallerError(`${name} is empty: it needs a first line with time,id,value.`);
  const columns = new Map(head.record.map((column, index) => [column.trim(), index]));
  const absent = REQUIRED.filter((column) => !columns.has(column));
  if (absent.length > 0) throw new CallerError(`${name}, line 1: the column ${absent.join(' and ')} is missing; it needs time, id and value.`);
  const cell = (line: Line, column: string) => line.record[columns.get(column) ?? -1] ?? '';
  return lines.map((line) => {
    const at = `${name}, line ${line.info.lines}`;
    if (line.record.length !== head.record.length) throw new CallerError(`${at}: ${line.record.length} cells where the first line has ${head.record.length}.`);
    const sourceId = cell(line, 'id');
    if (sourceId === '') throw new CallerError(`${at}: the id is empty.`);
    return { sourceId, time: readTime(at, cell(line, 'time')), value: readValue(at, cell(line, 'value')), type: cell(line, 'type') };
  });
}

function parseLines(name: string, text: string): Line[] {
  try {
    return parse(text, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true }) as unknown as Line[];
  } catch (error) {
    const { lines, message } = error as { lines?: number; message: string };
    throw new CallerError(`${name}${lines === undefined ? '' : `, line ${lines}`}: this is no CSV (${message}).`);
  }
}

function readTime(at: string, cell: string): number {
  const time = ISO_INSTANT.test(cell) ? Date.parse(cell) : NaN;
  if (Number.isNaN(time)) throw new CallerError(`${at}: "${cell}" is no time such as 2015-01-01T00:15:00Z.`);
  return time;
}

function readValue(at: string, cell: string): number {
  const value = DECIMAL.test(cell) ? Number(cell) : NaN;
  if (!Number.isFinite(value)) throw new CallerError(`${at}: "${cell}" is no finite number.`);
  return value;
}
