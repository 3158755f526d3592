export { readArguments, type ReplayOptions } from './replay/arguments.js';
export { CallerError } from './product/caller-error.js';
export { runReplay, type Surroundings } from './replay/run-replay.js';
export { readDemoSpeed } from './demo/settings.js';
export { TIME_ZONE as DEMO_TIME_ZONE } from './demo/local-time.js';
