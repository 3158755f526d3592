import { type HostedPoint, pointRead, type ReplyOf, type RequestOf, slotApply } from '@cupola/contracts';
import { applyOperation, effectiveValue, EMPTY_ARRAY, type PriorityArray, reportSlots, winnerOf } from '@cupola/domain';
import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import { GATEWAY } from '../devices/box.js';

type CallRequest = RequestOf<'gateway.<gatewayId>.call'>;
type CallReply = ReplyOf<'gateway.<gatewayId>.call'>;

/**
 * A gateway with one controller behind it, as the bus sees them. The array is real; `before` lets a test interfere with
 * single calls: an answer of its own replaces the host's.
 */
export class ScriptedHost {
  array: PriorityArray = EMPTY_ARRAY;
  readonly calls: CallRequest[] = [];
  readonly results = new Map<string, CallReply>();
  before: (call: CallRequest) => Promise<CallReply | undefined> | CallReply | undefined = () => undefined;
  /** What the output does with a stored value. */
  limit: (value: number) => number = (value) => value;
  /** The output's own value, where it does not follow the array. */
  stuckAt: number | undefined;
  #readSeq = 0;
  #stop: Unsubscribe | undefined;

  constructor(
    private readonly bus: MessageBus,
    private readonly key: string,
    private readonly now: () => number,
    private readonly relinquishDefault = 21,
  ) {}

  async start(gatewayId = GATEWAY): Promise<this> {
    this.#stop = await this.bus.answer('gateway.<gatewayId>.call', (call) => this.answer(call), { at: gatewayId });
    return this;
  }

  async stop(): Promise<void> {
    await this.#stop?.();
  }

  actions(): string[] {
    return this.calls.map(({ action }) => action);
  }

  report(): HostedPoint {
    const present = this.stuckAt ?? effectiveValue(this.array, this.relinquishDefault);
    return {
      key: this.key,
      slots: reportSlots(this.array, this.now()),
      relinquishDefault: this.relinquishDefault,
      winner: winnerOf(this.array),
      presentValue: present,
      quality: 0,
      readSeq: (this.#readSeq += 1),
    };
  }

  private async answer(call: CallRequest): Promise<CallReply> {
    this.calls.push(call);
    const own = await this.before(call);
    if (own !== undefined) return own;
    const reply = this.carryOut(call);
    if (call.action === 'slot.apply') this.results.set(call.key, reply);
    return reply;
  }

  carryOut(call: CallRequest): CallReply {
    if (call.action === 'point.read') return { outcome: 'result', payload: { ...this.report(), key: pointRead.parse(call.payload).key } };
    if (call.action === 'command.status') return { outcome: 'result', payload: this.status((call.payload as { key: string }).key) };
    for (const asked of slotApply.parse(call.payload).operations) {
      const operation = asked.value === null ? asked : { ...asked, value: this.limit(asked.value) };
      const outcome = applyOperation(this.array, operation, this.now());
      if (!outcome.accepted) return { outcome: 'refused', code: outcome.code, text: '' };
      this.array = outcome.array;
    }
    return { outcome: 'result', payload: this.report() };
  }

  private status(key: string): unknown {
    const result = this.results.get(key);
    if (result?.outcome === 'result') return { outcome: 'result', result: result.payload };
    if (result?.outcome === 'refused') return { ...result };
    return { outcome: 'never_received' };
  }
}
