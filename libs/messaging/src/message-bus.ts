import type { EventOf, EventSubject, ReplyOf, RequestOf, RequestSubject } from '@cupola/contracts';

/** How long a request waits for its answer unless it says otherwise. */
export const DEFAULT_TIMEOUT_MS = 5000;

/** Ends a subscription; safe to call twice. */
export type Unsubscribe = () => Promise<void>;

export interface RequestOptions {
  /** Fills the `<placeholder>` of the subject. */
  to?: string | number;
  /** Default 5,000 ms. After it: BusTimeout (a request may or may not have been carried out). */
  timeoutMs?: number;
}

/**
 * How programs speak to each other. Events are hints and may be lost; requests have exactly one answer:
 * the reply, the answering program's DomainError, BusTimeout, or BusUnreachable (nobody answers there, certainly not carried out).
 * Messages are plain JSON values (at most 1 MB in one direction over NATS, replies may be larger); each receiver gets a copy of its own.
 * An answering program's other errors arrive as DomainError INTERNAL without their text.
 */
export interface MessageBus {
  publish<S extends EventSubject>(subject: S, event: EventOf<S>): void;
  subscribe<S extends EventSubject>(subject: S, handler: (event: EventOf<S>) => void | Promise<void>): Promise<Unsubscribe>;
  request<S extends RequestSubject>(subject: S, body: RequestOf<S>, options?: RequestOptions): Promise<ReplyOf<S>>;
  /** Answers requests; of several programs that answer one subject, one is chosen (queue group). */
  answer<S extends RequestSubject>(
    subject: S,
    handler: (body: RequestOf<S>) => Promise<ReplyOf<S>>,
    options?: { at?: string | number },
  ): Promise<Unsubscribe>;
  /** Resolves when everything published so far has left this process. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** No answer in time: the request may have been carried out. */
export class BusTimeout extends Error {
  override readonly name = 'BusTimeout';
}

/** Nobody answers this subject: the request was certainly not carried out. */
export class BusUnreachable extends Error {
  override readonly name = 'BusUnreachable';
}
