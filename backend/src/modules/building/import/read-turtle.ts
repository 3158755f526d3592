import { DomainError } from '@cupola/contracts';
import { type Quad, StreamParser } from 'n3';
import { setImmediate as breathe } from 'node:timers/promises';
import { ModelGraph } from './model-graph.js';

const CHUNK = 64 * 1024;
/** NUL and halves of surrogate pairs, as they are and as escapes: no text to Postgres, and no character of Turtle either. */
const NO_CHARACTER = /\0|\\u(?:0000|[dD][89a-fA-F][\da-fA-F]{2})|\\U0000(?:0000|[dD][89a-fA-F][\da-fA-F]{2})/;

/**
 * Parses Turtle without holding up the program: controllers' samples go on being stored while somebody imports a campus.
 * @throws DomainError MODEL_MALFORMED with the line and what was expected there
 */
export async function readTurtle(text: string): Promise<ModelGraph> {
  const at = text.search(NO_CHARACTER);
  if (at >= 0) throw malformed(`Line ${text.slice(0, at).split('\n').length}: a NUL or half a character cannot be part of Turtle. Was a binary file sent?`);
  const graph = new ModelGraph();
  let failure: Error | undefined;
  const parser = new StreamParser({ format: 'text/turtle' });
  parser.on('data', (quad: Quad) => graph.add(quad));
  parser.on('error', (error: Error) => (failure ??= error));
  const finished = new Promise<void>((resolve) => parser.once('end', resolve).once('error', () => resolve()));
  // As bytes: the parser puts characters together again that a slice of them cuts, but not those that a slice of text cuts.
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length && !failure; start += CHUNK) {
    parser.write(bytes.subarray(start, start + CHUNK));
    await breathe();
  }
  parser.end();
  await finished;
  if (failure) throw malformed(explained(failure));
  graph.complete();
  return graph;
}

function malformed(detail: string): DomainError {
  return new DomainError('MODEL_MALFORMED', detail);
}

/** n3 says `Expected entity but got eof on line 3.`; the line belongs in front, where people look for it. */
function explained(error: Error & { context?: { line?: number } }): string {
  const sentence = error.message.replace(/ on line \d+\.?$/, '').replace(/\beof\b/, 'the end of the file');
  const line = error.context?.line ?? /on line (\d+)/.exec(error.message)?.[1];
  return `${line === undefined ? 'The model' : `Line ${line}`}: ${sentence}. The text must be Turtle (RDF 1.1).`;
}
