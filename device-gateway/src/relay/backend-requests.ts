import type { RequestOf } from '@cupola/contracts';
import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import type { CallOutcome } from '../session/effects.js';
import type { SessionRegistry } from './session-registry.js';

/** What backend asks of this gateway: CALLs to controllers, and revocations that need not wait for the next renewal. */
export class BackendRequests {
  #unsubscribe: Unsubscribe[] = [];

  constructor(
    private readonly bus: MessageBus,
    private readonly gatewayId: string,
    private readonly registry: SessionRegistry,
  ) {}

  async start(): Promise<void> {
    this.#unsubscribe = await Promise.all([
      this.bus.answer('gateway.<gatewayId>.call', (request) => this.#call(request), { at: this.gatewayId }),
      this.bus.subscribe('sessions.revoked', ({ code, reason, gatewayId, ...ref }) => {
        if (gatewayId === this.gatewayId) this.registry.find(ref)?.input({ type: 'revoked', code, text: reason });
      }),
    ]);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#unsubscribe.map((end) => end()));
  }

  async #call({ action, payload, key, deliverBy, ...ref }: RequestOf<'gateway.<gatewayId>.call'>): Promise<CallOutcome> {
    const session = this.registry.find(ref);
    return session === undefined ? { outcome: 'offline' } : session.call({ action, payload, key, deliverBy });
  }
}
