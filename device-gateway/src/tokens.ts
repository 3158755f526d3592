/** Injection tokens of what this gateway was started with. */
export const BUS = Symbol('MessageBus');
export const CONFIG = Symbol('GatewayConfig');
export const LOG = Symbol('Logger');
