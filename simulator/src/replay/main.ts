import { readArguments, USAGE } from './arguments.js';
import { CallerError } from '../product/caller-error.js';
import { ProductRefusal } from '../product/product-api.js';
import { runReplay } from './run-replay.js';

const INTERRUPTED = 130;

async function main(): Promise<number> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const options = readArguments(process.argv.slice(2), process.env);
    if (options === null) {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    return await runReplay(options, { signal: abort.signal, out: process.stdout });
  } catch (error) {
    if (abort.signal.aborted) {
      process.stdout.write('Stopped. The same command goes on where this one ended.\n');
      return INTERRUPTED;
    }
    if (!(error instanceof CallerError) && !(error instanceof ProductRefusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

const status = await main();
// Connections that idle for the next question must not hold the program once everything is said.
process.stdout.write('', () => process.exit(status));
