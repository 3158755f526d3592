import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Figure, Spread } from './measure.js';

/** Shared with the measured figures, because they depend on it. */
export function machine(): string {
  const cores = availableParallelism();
  return `${cores} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; client, server and database share them`;
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map((each) => {
    const target = `${each.better === 'higher' ? '>=' : '<='} ${each.target}${each.judged === 'ours' ? ` ${each.unit}` : ''}`;
    return [`${each.name} (${each.unit})`, show(each.ours), show(each.raw), show(each.ratio), target, each.isMet ? 'yes' : 'NO'];
  });
  const lines = [['name', 'ours', 'raw', 'ratio', 'target', 'met'], ...rows];
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ').trimEnd());
  text.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('-|-'));
  const notes = figures.flatMap(({ name, notes: said }) => said.map((note) => `${name}: ${note}`));
  return [...text, '', ...notes, `Machine: ${machine()}.`].join('\n');
}

/** Writes what was measured to `folder`; returns the file. */
export async function save(folder: string, figures: readonly Figure[], startedAt: Date): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${startedAt.toISOString().replaceAll(':', '-')}.json`);
  await writeFile(file, `${JSON.stringify({ startedAt, machine: machine(), figures }, undefined, 2)}\n`);
  return file;
}

function show({ median, min, max }: Spread): string {
  return `${short(median)} (${short(min)}..${short(max)})`;
}

function short(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 10_000) return `${Math.round(value / 1000)}k`;
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);
}
