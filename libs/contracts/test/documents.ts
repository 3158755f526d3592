import { readFileSync } from 'node:fs';

/** A fixture file of this folder. Nothing is ever taken out of one or changed in it: what was sent once must parse for ever. */
export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as T;
}

export interface Example {
  /** `frame`, or the name of a schema, from the code block's first line. */
  schema: string;
  message: unknown;
  line: number;
}

/** The examples of a page: code blocks that begin with three backticks, `json` and the name of what they show. */
export function examplesOf(page: string): Example[] {
  const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```json (\w+)\n([\s\S]*?)^```$/gm)].map((found) => ({
    schema: found[1] ?? '',
    message: JSON.parse(found[2] ?? '') as unknown,
    line: text.slice(0, found.index).split('\n').length,
  }));
}
