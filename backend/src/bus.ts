/** Injection token of the MessageBus that this program was started with. */
export const BUS = Symbol('MessageBus');
