import { randomUUID } from 'node:crypto';
import { FRAME } from '@cupola/contracts';
import type { DeviceFrame } from '@cupola/contracts';
import { CallRefusal } from './call-refusal.js';
import type { CancelTimer, DeviceClock } from './clock.js';
import type { LinkClock } from './link-clock.js';

interface Pending {
  readonly id: string;
  readonly action: string;
  readonly payload: unknown;
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: Error) => void;
}

const CALL_TIMEOUT_MS = 10_000;

/** CALLs of the controller to the server: one outstanding at a time, ended with the session that they were made in. */
export class OutgoingCalls {
  readonly #waiting: Pending[] = [];
  #open: (Pending & { cancel: CancelTimer }) | null = null;
  #send: ((frame: DeviceFrame) => void) | null = null;
  #count = 0;

  constructor(
    private readonly clock: DeviceClock,
    private readonly link: LinkClock,
  ) {}

  begin(send: (frame: DeviceFrame) => void): void {
    this.#send = send;
  }

  /** The session is over: nobody will answer any more. */
  end(): void {
    this.#send = null;
    this.#open?.cancel();
    const abandoned = [...(this.#open === null ? [] : [this.#open]), ...this.#waiting.splice(0)];
    this.#open = null;
    for (const { action, reject } of abandoned) reject(new CallRefusal('DELIVERY_UNKNOWN', `the link was lost before ${action} was answered`));
  }

  /** Rejects with CallRefusal: the server's ERROR, DELIVERY_EXPIRED when offline, DELIVERY_UNKNOWN after silence. */
  call(action: string, payload: unknown): Promise<unknown> {
    if (this.#send === null) return Promise.reject(new CallRefusal('DELIVERY_EXPIRED', `${action} not sent: there is no session`));
    return new Promise((resolve, reject) => {
      this.#count += 1;
      this.#waiting.push({ id: `d${this.#count}`, action, payload, resolve, reject });
      this.#next();
    });
  }

  /** A RESULT. One that is late, repeated or of nobody is ignored. */
  answered(id: string, payload: unknown): void {
    this.#close(id)?.resolve(payload);
  }

  /** An ERROR. */
  refused(id: string, code: string, text: string): void {
    this.#close(id)?.reject(new CallRefusal(code, text));
  }

  #close(id: string): Pending | null {
    const open = this.#open;
    if (open === null || open.id !== id) return null;
    open.cancel();
    this.#open = null;
    this.#next();
    return open;
  }

  #next(): void {
    const call = this.#open === null && this.#send !== null ? this.#waiting.shift() : undefined;
    if (call === undefined || this.#send === null) return;
    const cancel = this.clock.setTimeout(() => {
      this.#close(call.id)?.reject(new CallRefusal('DELIVERY_UNKNOWN', `${call.action} was not answered in time`));
    }, CALL_TIMEOUT_MS);
    this.#open = { ...call, cancel };
    this.#send([FRAME.call, call.id, call.action, call.payload, { ttlMs: CALL_TIMEOUT_MS, key: randomUUID(), sentAt: this.link.serverNow() }]);
  }
}
