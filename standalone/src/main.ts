import { ConfigError } from '@cupola/backend';
import { GatewayConfigError } from '@cupola/device-gateway';
import { CallerError } from '@cupola/simulator';
import { ClosingOrder } from './closing-order.js';
import { listenForInterruption, untilAborted } from './interruption.js';
import { StartError } from './start-error.js';
import { startProduct } from './start-product.js';

const print = (line: string): void => console.log(line);
const running = new ClosingOrder(print);

const signal = listenForInterruption(() => {
  print('Stopped by force: whatever still ran recovers at the next start.');
  running.abandonAll();
  process.exit(130);
});

let status = 0;
try {
  print(await startProduct({ env: process.env, running, signal, print }));
  await untilAborted(signal);
} catch (error) {
  if (!signal.aborted) {
    status = 1;
    const isForPeople = [StartError, ConfigError, GatewayConfigError, CallerError].some((kind) => error instanceof kind);
    console.error(isForPeople ? (error as Error).message : error);
  }
}
if (signal.aborted) print('\nStopping. Press Ctrl-C again to force it.');
if (!(await running.closeAll())) status = 1;
if (signal.aborted) print('Stopped.');
process.exit(status);
