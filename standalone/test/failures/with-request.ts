import type { MessageBus } from '@cupola/messaging';

/** The same bus, but for how it asks: a test comes between a program and the answers that it gets. */
export function withRequest(bus: MessageBus, request: MessageBus['request']): MessageBus {
  return new Proxy(bus, { get: (target, name) => (name === 'request' ? request : bound(target, name)) });
}

function bound(target: MessageBus, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name);
  return typeof member === 'function' ? (member.bind(target) as unknown) : member;
}
