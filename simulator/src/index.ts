export { readArguments, type ReplayOptions } from './replay/arguments.js';
export { CallerError } from './replay/caller-error.js';
export { runReplay, type Surroundings } from './replay/run-replay.js';
