import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs/device-protocol.md');
const count = (letter: string, last: number): string[] => Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);
/** Reported failures; hostile handshakes, frames, application data and consoles. */
const PROVEN = [...count('F', 18), ...count('H', 15), ...count('W', 8), ...count('A', 21), ...count('C', 7)];

/** Table rows of the page by their first column, each with the files that it links. */
const rows = new Map(
  readFileSync(PAGE, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const name = /^\| ([FHWAC]\d+) \|/.exec(line)?.[1];
      return name === undefined ? [] : [[name, [...line.matchAll(/\]\((\.\.\/[^)]+)\)/g)].map(([, link]) => link ?? '')] as const];
    }),
);

it('names every failure and every hostile input in docs/device-protocol.md, and nothing besides', () => {
  expect([...rows.keys()].toSorted()).toEqual(PROVEN.toSorted());
});

it.each(PROVEN)('%s is linked to tests that carry its name', (name) => {
  const files = rows.get(name) ?? [];
  expect(files).not.toEqual([]);
  for (const file of files) expect(titlesOf(join(PAGE, '..', file))).toMatch(new RegExp(`['"\`]([FHWAC]\\d+:? )*${name}:? `));
});

/** The lines of a spec that name tests: the test itself, or a row of its table. */
function titlesOf(file: string): string {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^\s*(it\(|describe\(|\]\)\(|\[|it\.each)/.test(line))
    .join('\n');
}
