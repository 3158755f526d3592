// npm start: builds what changed, then becomes the product.
import { buildConsole, compilePrograms } from './build-steps.mjs';
import { step } from './run.mjs';

if (!(await step('1/2 Compiling the programs', compilePrograms))) process.exit(1);
if (!(await step('2/2 Building the console', buildConsole))) process.exit(1);
console.log('');
await import('../standalone/dist/main.js');
