import { registerController } from '@cupola/contracts';
import { CsvError, parse } from 'csv-parse/sync';

/** What is wrong with a row, in the words of whoever wrote the file. `column` null concerns the whole row or file. */
export interface CsvFault {
  line: number;
  column: string | null;
  text: string;
}

export interface CsvRow {
  line: number;
  name: string;
  type: string;
  site: string;
  building: string | undefined;
  equipment: string | undefined;
  serial: string | undefined;
}

export interface ParsedCsv {
  /** Rows of the file, good and bad. */
  count: number;
  rows: CsvRow[];
  faults: CsvFault[];
}

export const CSV_COLUMNS = ['name', 'type', 'site', 'building', 'equipment', 'serial'] as const;
type Column = (typeof CSV_COLUMNS)[number];
const REQUIRED: readonly Column[] = ['name', 'type', 'site'];
export const CSV_MAX_ROWS = 5_000;

/** Reads a registration file. Faults of single rows leave the others standing, so that all can be shown at once. */
export function readCsv(text: string): ParsedCsv {
  const records = readRecords(text);
  if (!Array.isArray(records)) return { count: 0, rows: [], faults: [records] };
  const [header, ...lines] = records;
  if (header === undefined) return { count: 0, rows: [], faults: [{ line: 1, column: null, text: 'The file is empty.' }] };
  const names = header.cells.map((cell) => cell.trim().toLowerCase());
  const faults = headerFaults(names, header.line);
  if (faults.length > 0) return { count: lines.length, rows: [], faults };
  if (lines.length === 0) return { count: 0, rows: [], faults: [{ line: header.line, column: null, text: 'The file has a header, but no controllers.' }] };
  if (lines.length > CSV_MAX_ROWS) {
    return { count: lines.length, rows: [], faults: [{ line: header.line, column: null, text: `The file has more than ${CSV_MAX_ROWS} controllers. Split it.` }] };
  }
  const read = lines.map((line) => readRow(line, names));
  return { count: lines.length, rows: read.flatMap(({ row }) => row ?? []), faults: read.flatMap((one) => one.faults) };
}

interface Line {
  line: number;
  cells: string[];
}

function readRecords(text: string): Line[] | CsvFault {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true, delimiter: [',', ';', '\t'] };
    const records = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    return { line, column: null, text: QUOTE_FAULTS[error.code] ?? 'This line is not valid CSV.' };
  }
}

const QUOTE_FAULTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quotation mark is opened, but never closed.',
  CSV_INVALID_CLOSING_QUOTE: 'Behind a closing quotation mark there must be a comma or the end of the line.',
  INVALID_OPENING_QUOTE: 'A quotation mark stands in the middle of a value. Put the whole value in quotation marks and double the inner ones.',
};

function headerFaults(names: readonly string[], line: number): CsvFault[] {
  const missing = REQUIRED.filter((column) => !names.includes(column));
  const unknown = names.filter((name) => !CSV_COLUMNS.includes(name as Column));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...missing.map((column) => ({ line, column, text: `The column ${column} is missing. The first line must name the columns: ${CSV_COLUMNS.join(',')}.` })),
    ...unknown.map((column) => ({ line, column, text: `There is no column ${column === '' ? 'without a name' : column} here. Known are ${CSV_COLUMNS.join(', ')}.` })),
    ...twice.map((column) => ({ line, column, text: `The column ${column} appears twice.` })),
  ];
}

function readRow({ line, cells }: Line, names: readonly string[]): { row: CsvRow | null; faults: CsvFault[] } {
  if (cells.length !== names.length) {
    return { row: null, faults: [{ line, column: null, text: `This line has ${cells.length} values, the first line names ${names.length} columns.` }] };
  }
  const value = (column: Column): string | undefined => cells[names.indexOf(column)]?.trim() || undefined;
  const faults = CSV_COLUMNS.flatMap((column) => {
    const text = cellFault(column, value(column));
    return text === null ? [] : [{ line, column, text }];
  });
  if (faults.length > 0) return { row: null, faults };
  const required = { name: value('name') ?? '', type: value('type') ?? '', site: value('site') ?? '' };
  return { row: { line, ...required, building: value('building'), equipment: value('equipment'), serial: value('serial') }, faults };
}

function cellFault(column: Column, value: string | undefined): string | null {
  if (value === undefined) return REQUIRED.includes(column) ? `${column} is empty.` : null;
  if (column === 'site' || column === 'building' || column === 'equipment') return null;
  const parsed = registerController.shape[column].safeParse(value);
  return parsed.success ? null : `${column} ${parsed.error.issues[0]?.message ?? 'is not valid'}.`;
}
