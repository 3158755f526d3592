import type { DocumentNotice } from '@cupola/contracts';
import { createHash } from 'node:crypto';
import { CallRefusal } from './call-refusal.js';
import type { DeviceClock } from './clock.js';
import { GatewayRefusal, getDocument } from './gateway-http.js';
import type { Identity } from './identity.js';

/**
 * Why a document was not taken; nothing of it was.
 * - `NOT_ANNOUNCED`: no NOTIFY of this session named it
 * - `NOT_GIVEN`: the gateway refused it: used, over, another controller's, or too much at once
 * - `CUT_OFF`: it did not arrive, or not as a whole
 * - `WRONG_SIZE`, `WRONG_DIGEST`, `MALFORMED`: it is not what was announced
 */
export type DocumentFault = 'NOT_ANNOUNCED' | 'NOT_GIVEN' | 'CUT_OFF' | 'WRONG_SIZE' | 'WRONG_DIGEST' | 'MALFORMED';

/** A document that was not taken. Asking for it anew may help. */
export class DocumentRefusal extends Error {
  override readonly name = 'DocumentRefusal';

  constructor(
    readonly code: DocumentFault,
    text: string,
    /** Milliseconds to wait before asking anew, where the gateway said so. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(text);
  }
}

/** NOTIFYs that are remembered: a controller waits for one document at a time. */
const MAX_NOTICES = 8;

/** What NOTIFY announces: fetched once, with a ticket for exactly that, and checked before anybody sees anything of it. */
export class Documents {
  readonly #notices = new Map<string, DocumentNotice>();
  #session = new AbortController();

  constructor(
    private readonly clock: DeviceClock,
    private readonly gateway: string,
    private readonly identity: Pick<Identity, 'ticket'>,
  ) {}

  note(notice: DocumentNotice): void {
    this.#notices.set(notice.ref, notice);
    for (const ref of this.#notices.keys()) {
      if (this.#notices.size <= MAX_NOTICES) return;
      this.#notices.delete(ref);
    }
  }

  /** The session is over: what was announced in it is void, and what is under way is given up. */
  end(): void {
    this.#notices.clear();
    this.#session.abort();
    this.#session = new AbortController();
  }

  /** The parsed text. Rejects with DocumentRefusal, or with CallRefusal DELIVERY_UNKNOWN when the session ended meanwhile. */
  async fetch(ref: string): Promise<unknown> {
    const { signal } = this.#session;
    const notice = this.#notices.get(ref);
    if (notice === undefined) throw new DocumentRefusal('NOT_ANNOUNCED', `no NOTIFY named the document ${ref}`);
    this.#notices.delete(ref);
    const bytes = await this.#download(notice, signal);
    // What comes after the session is late, however complete it is.
    if (signal.aborted) throw linkLost();
    return read(bytes, notice);
  }

  /** Aborted when the session that stands now is over. */
  get session(): AbortSignal {
    return this.#session.signal;
  }

  /** Waits before something is asked anew. Rejects with CallRefusal DELIVERY_UNKNOWN when `session` ends meanwhile. */
  pause(ms: number, session: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.clock.setTimeout(resolve, ms);
      session.addEventListener('abort', () => {
        cancel();
        reject(linkLost());
      });
    });
  }

  async #download({ ref, size }: DocumentNotice, signal: AbortSignal): Promise<Buffer> {
    try {
      const { ticket } = await this.identity.ticket({ audience: 'document', ref }, signal);
      return await getDocument(this.gateway, ref, ticket, size, signal);
    } catch (error) {
      if (signal.aborted) throw linkLost();
      if (error instanceof GatewayRefusal) throw new DocumentRefusal('NOT_GIVEN', `the gateway does not give the document: ${error.message}`, error.retryAfterMs);
      throw new DocumentRefusal('CUT_OFF', `the document did not arrive: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function read(bytes: Buffer, { size, sha256 }: DocumentNotice): unknown {
  if (bytes.length !== size) throw new DocumentRefusal('WRONG_SIZE', `${bytes.length} bytes came, ${size} were announced`);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new DocumentRefusal('WRONG_DIGEST', 'the bytes are not those that were announced');
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    // It was announced like that: the fault is the server's, and asking anew may bring another text.
    throw new DocumentRefusal('MALFORMED', 'the document is not JSON');
  }
}

function linkLost(): CallRefusal {
  return new CallRefusal('DELIVERY_UNKNOWN', 'the link was lost before the document was there');
}
