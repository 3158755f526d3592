// npm run dev: compiles and builds on every change, and starts the product again whenever its programs compiled.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { program, ROOT } from './folders.mjs';
import { QUIET } from './run.mjs';

const env = { ...process.env, ...QUIET };
let product;
let restarting = Promise.resolve();
let isLeaving = false;

const compiler = spawn(process.execPath, [program('typescript/bin/tsc'), '-b', '-w', '--preserveWatchOutput'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
const bundler = spawn(process.execPath, [program('@angular/cli/bin/ng.js'), 'build', '--watch', '--configuration', 'development'], {
  cwd: join(ROOT, 'frontend'),
  env,
  stdio: ['ignore', 'inherit', 'inherit'],
});

compiler.stdout.on('data', (chunk) => {
  process.stdout.write(chunk);
  if (/Found 0 errors/.test(chunk)) restarting = restarting.then(restart);
});

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, leave);

async function restart() {
  await stop(product);
  if (!isLeaving) product = spawn(process.execPath, ['--enable-source-maps', join(ROOT, 'standalone/dist/main.js')], { cwd: ROOT, env, stdio: 'inherit' });
}

function stop(child) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return undefined;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  return gone;
}

async function leave() {
  if (isLeaving) return;
  isLeaving = true;
  await Promise.all([stop(compiler), stop(bundler), restarting.then(() => stop(product))]);
  process.exit(0);
}
