export * from './in-memory-bus.js';
export * from './message-bus.js';
export * from './nats/nats-bus.js';
export type { BusOptions, FaultReporter } from './faults.js';
