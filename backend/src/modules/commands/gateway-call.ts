import { DomainError, type ReplyOf } from '@cupola/contracts';
import { BusTimeout, BusUnreachable, type MessageBus } from '@cupola/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { BUS } from '../../bus.js';
import { Clock } from '../../clock.js';
import { ControllerLink, Degradation } from '../devices/index.js';

type CallReply = ReplyOf<'gateway.<gatewayId>.call'>;
export type CallOutcome = CallReply & { epoch: number };

/** Above the delivery deadline: the gateway's own verdict, which knows more, shall come first. */
const PATIENCE_MS = 2_000;
/** Refusals of the gateway that say that nothing was sent. */
const NOT_SENT = new Set(['STALE_SESSION', 'SESSION_UNKNOWN', 'NOT_FOUND', 'CONTROLLER_OFFLINE', 'CONTROLLER_NOT_ACTIVE']);

/** Calls a controller through the gateway that holds its session. What is not certain is `unknown`, never guessed. */
@Injectable()
export class GatewayCall {
  constructor(
    @Inject(BUS) private readonly bus: MessageBus,
    private readonly clock: Clock,
    private readonly link: ControllerLink,
    private readonly degradation: Degradation,
  ) {}

  async call(controllerId: string, action: string, payload: unknown, key: string, deliverBy: number): Promise<CallOutcome> {
    const target = await this.link.callTarget(controllerId);
    if (target === null) return { outcome: 'offline', epoch: 0 };
    const { gatewayId, sessionId, epoch, isDegraded } = target;
    try {
      const request = { sessionId, controllerId, epoch, action, payload, key, deliverBy };
      const timeoutMs = Math.max(1, deliverBy - this.clock.now()) + PATIENCE_MS;
      const reply = await this.bus.request('gateway.<gatewayId>.call', request, { to: gatewayId, timeoutMs });
      if (isDegraded) await this.degradation.called(controllerId, reply);
      return { ...reply, epoch };
    } catch (error) {
      return { outcome: outcomeOf(error), epoch };
    }
  }
}

/** A call that failed on its way: `offline` only where it certainly was not carried out. */
function outcomeOf(error: unknown): 'offline' | 'unknown' {
  if (error instanceof BusUnreachable) return 'offline';
  if (error instanceof BusTimeout) return 'unknown';
  if (error instanceof DomainError) return NOT_SENT.has(error.code) ? 'offline' : 'unknown';
  throw error;
}
