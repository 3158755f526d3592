import { program } from './folders.mjs';
import { runNode } from './run.mjs';

/** Compiles libraries and Node programs; only what changed since last time. */
export function compilePrograms() {
  return runNode([program('typescript/bin/tsc'), '-b']);
}

/** Builds the console; Nx takes it from its cache when nothing it is made of changed. */
export function buildConsole() {
  return runNode([program('nx/dist/bin/nx.js'), 'run', '@cupola/frontend:build', '--outputStyle=stream-without-prefixes']);
}
