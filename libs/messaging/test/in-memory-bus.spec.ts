import { createInMemoryBus } from '../src/index.js';
import { describeBus } from './conformance.js';

describeBus('in-memory', {
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  connect: (options) => {
    const bus = createInMemoryBus(options);
    return Promise.resolve([bus, bus]);
  },
});
