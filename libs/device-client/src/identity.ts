import { credentialRotate } from '@cupola/contracts';
import { CallRefusal } from './call-refusal.js';
import type { Credential, CredentialStore } from './credentials.js';
import { GatewayRefusal, requestTicket, type Purpose, type Ticket } from './gateway-http.js';

const UNKNOWN_CREDENTIAL = 401;

/** Who the controller is, and how it proves it: a secret, and while it is being rotated the next one beside it. */
export class Identity {
  #held: Credential | null = null;
  /** Changes of the store follow each other. */
  #saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly gateway: string,
    private readonly store: CredentialStore,
    private readonly bootId: string,
  ) {}

  /** Null before the controller was claimed. */
  get deviceId(): string | null {
    return this.#held?.deviceId ?? null;
  }

  async load(): Promise<void> {
    this.#held = await this.store.load();
  }

  /**
   * A ticket by the next secret where there is one. When the gateway does not know that one the old one is tried at once,
   * and if it is good the next one is given up: the server never took it. After its first use the old one is forgotten.
   */
  async ticket(purpose: Purpose, signal: AbortSignal): Promise<Ticket> {
    const held = this.#held;
    if (held === null) throw new Error('the controller was not claimed yet');
    const ask = (secret: string) => requestTicket(this.gateway, { deviceId: held.deviceId, secret }, this.bootId, purpose, signal);
    if (held.next === undefined) return ask(held.secret);
    const { next } = held;
    const ticket = await ask(next).catch((error: unknown) => {
      if (error instanceof GatewayRefusal && error.status === UNKNOWN_CREDENTIAL) return null;
      throw error;
    });
    const settled = ticket ?? (await ask(held.secret));
    // Another rotation may have come meanwhile: then there is a next one again.
    if (this.#held?.next === next) await this.#keep({ deviceId: held.deviceId, secret: ticket === null ? held.secret : next });
    return settled;
  }

  /** CALL `credential.rotate`: the new secret is safe beside the old one when this resolves. Throws CallRefusal. */
  async rotate(payload: unknown): Promise<Record<string, never>> {
    const asked = credentialRotate.safeParse(payload);
    if (!asked.success) throw new CallRefusal('VALIDATION_FAILED', 'a secret is 43 characters of base64url');
    if (this.#held === null) throw new CallRefusal('NOT_FOUND', 'this controller has no credential');
    const { deviceId, secret } = this.#held;
    await this.#keep(asked.data.secret === secret ? { deviceId, secret } : { deviceId, secret, next: asked.data.secret });
    return {};
  }

  async #keep(credential: Credential): Promise<void> {
    this.#saving = this.#saving.catch(() => undefined).then(() => this.store.save(credential));
    await this.#saving;
    this.#held = credential;
  }
}
