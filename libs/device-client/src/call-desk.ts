import { FRAME, commandStatus, pointRead, slotApply } from '@cupola/contracts';
import type { CommandStatusResult, DeviceFrame, HostedPoint } from '@cupola/contracts';
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { ArrayHost } from './array-host.js';
import { CallRefusal } from './call-refusal.js';
import type { HostMemory } from './host-memory.js';
import type { Incoming } from './incoming.js';
import type { LinkClock } from './link-clock.js';
import { canonicalJson } from './point-list.js';

type Call = Extract<Incoming, { kind: 'call' }>;

/** Answers that are not handed to the array host. */
export interface OtherAnswers {
  readonly read: (key: string) => HostedPoint;
  readonly replay: (payload: unknown) => unknown;
  readonly rotate: (payload: unknown) => Promise<unknown>;
}

/**
 * Answers the gateway's CALLs, one after the other and never on the read loop. A repeated key gets the answer that was
 * given; a command that is older than its time to live is not carried out, however it came to be late.
 */
export class CallDesk {
  #tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly host: ArrayHost,
    private readonly memory: HostMemory,
    private readonly link: LinkClock,
    private readonly other: OtherAnswers,
  ) {}

  accept(call: Call, send: (frame: DeviceFrame) => void): void {
    this.#tail = this.#tail.then(async () => {
      try {
        send([FRAME.result, call.id, await this.#answer(call)]);
      } catch (error) {
        const refusal = error instanceof CallRefusal ? error : new CallRefusal('INTERNAL', `the controller failed: ${String(error)}`);
        send([FRAME.error, call.id, refusal.code, refusal.message, refusal.details]);
      }
    });
  }

  /** Lets everything that comes from now on wait for `until`. How old it is by then counts. */
  hold(until: Promise<void>): void {
    this.#tail = this.#tail.then(() => until);
  }

  /** Resolves when everything accepted so far was answered. */
  settled(): Promise<void> {
    return this.#tail;
  }

  async #answer(call: Call): Promise<unknown> {
    if (call.action === 'slot.apply') return this.#apply(call);
    // However late it is asked: a refusal would make the gateway write these frames off.
    if (call.action === 'replay') return this.other.replay(call.payload);
    this.#requireFresh(call);
    switch (call.action) {
      case 'point.read': {
        const { key } = parse(pointRead, call.payload);
        return this.host.has(key) ? this.host.read(key) : this.other.read(key);
      }
      case 'command.status':
        return this.#status(parse(commandStatus, call.payload).key);
      case 'credential.rotate':
        return this.other.rotate(call.payload);
      default:
        throw new CallRefusal('NOT_FOUND', `this controller knows no action ${call.action}`);
    }
  }

  async #apply(call: Call): Promise<HostedPoint> {
    const { key } = call.options;
    const digest = createHash('sha256').update(canonicalJson([call.action, call.payload])).digest('base64url');
    const given = this.memory.answer(key);
    if (given !== undefined) return repeat(given.answer, given.digest === digest);
    this.#requireFresh(call);
    const remember = (answer: CommandStatusResult) => this.memory.remember({ key, digest, answer });
    try {
      return await this.host.apply(parse(slotApply, call.payload), (result) => remember({ outcome: 'result', result }));
    } catch (error) {
      if (error instanceof CallRefusal) {
        remember({ outcome: 'refused', code: error.code, text: error.message });
        await this.memory.save();
      }
      throw error;
    }
  }

  #status(key: string): CommandStatusResult {
    return this.memory.answer(key)?.answer ?? { outcome: 'never_received' };
  }

  #requireFresh({ action, options }: Call): void {
    const age = this.link.ageOf(options.sentAt);
    if (age !== null && age <= options.ttlMs) return;
    const why =
      age === null
        ? 'no answer from the gateway for two heartbeats, so its age is unknown'
        : `it came ${Math.round(age - options.ttlMs)} ms too late`;
    throw new CallRefusal('DELIVERY_EXPIRED', `${action} not carried out: ${why}`);
  }
}

function repeat(answer: CommandStatusResult, isSame: boolean): HostedPoint {
  if (!isSame) throw new CallRefusal('KEY_REUSED', 'this key was used for another command');
  if (answer.outcome === 'result') return answer.result;
  throw answer.outcome === 'refused' ? new CallRefusal(answer.code, answer.text) : new CallRefusal('NOT_FOUND', 'nothing is known of this command');
}

function parse<T>(schema: z.ZodType<T>, payload: unknown): T {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new CallRefusal('VALIDATION_FAILED', issue === undefined ? 'malformed' : `${issue.path.join('.')}: ${issue.message}`);
}
