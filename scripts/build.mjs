// npm run build [-- node]: everything that runs, or the Node programs alone.
import { buildConsole, compilePrograms } from './build-steps.mjs';
import { step } from './run.mjs';

const done = (await step('Compiling the programs', compilePrograms)) && (process.argv[2] === 'node' || (await step('Building the console', buildConsole)));
process.exit(done ? 0 : 1);
