import { CallerError } from '../product/caller-error.js';
import { ProductApi, ProductRefusal } from '../product/product-api.js';
import { commandFault } from './command-fault.js';
import { FAULT_USAGE, readFaultArguments } from './fault-arguments.js';

const abort = new AbortController();
process.once('SIGINT', () => abort.abort());

async function main(): Promise<number> {
  try {
    const asked = readFaultArguments(process.argv.slice(2), process.env);
    if (asked === null) {
      process.stdout.write(`${FAULT_USAGE}\n`);
      return 0;
    }
    const api = new ProductApi({ ...asked, signal: abort.signal, onOutage: () => undefined });
    process.stdout.write(`${await commandFault(api, asked, abort.signal)}\n`);
    return 0;
  } catch (error) {
    if (abort.signal.aborted) return 130;
    if (!(error instanceof CallerError) && !(error instanceof ProductRefusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

const status = await main();
process.stdout.write('', () => process.exit(status));
