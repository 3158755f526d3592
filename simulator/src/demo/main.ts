import { CallerError } from '../product/caller-error.js';
import { ProductRefusal } from '../product/product-api.js';
import { runDemo } from './run-demo.js';
import { readDemoSettings } from './settings.js';

const abort = new AbortController();
const stop = () => abort.abort();
// Ctrl-C reaches the product and its children at once. The product that started it says when its turn is: its controllers hear the gateway's farewell first.
process.on('SIGINT', () => {
  if (!process.connected) stop();
});
process.once('SIGTERM', stop);
// The product that started it is gone, however it ended.
process.once('disconnect', stop);

let status = 0;
try {
  await runDemo(readDemoSettings(process.env), abort.signal, (line) => process.stdout.write(`${line}\n`));
} catch (error) {
  if (!abort.signal.aborted) {
    status = 1;
    const isForPeople = error instanceof CallerError || error instanceof ProductRefusal;
    process.stderr.write(`${isForPeople ? error.message : String((error as Error).stack)}\n`);
  }
}
process.stdout.write('', () => process.exit(status));
