import type { SessionRef } from '@cupola/contracts';
import { CLOSE_CODES } from '@cupola/domain';
import type { DeviceSession } from '../session/device-session.js';

/** The sessions of this gateway: at most one per controller is current, and only the newest epoch can be. */
export class SessionRegistry {
  readonly #current = new Map<string, DeviceSession>();
  /** Lost their place, and have not left yet. */
  readonly #leaving = new Set<DeviceSession>();

  get size(): number {
    return this.#current.size;
  }

  all(): DeviceSession[] {
    return [...this.#current.values()];
  }

  /** With those that are superseded and about to go. */
  *open(): Generator<DeviceSession> {
    yield* this.#current.values();
    yield* this.#leaving;
  }

  /** Makes a session the controller's current one. Two handshakes may finish in the wrong order: the higher epoch stays. */
  install(session: DeviceSession): void {
    const { controllerId, epoch } = session.ref;
    const other = this.#current.get(controllerId);
    if (other !== undefined && other.ref.epoch > epoch) return this.#supersede(session);
    this.#current.set(controllerId, session);
    if (other !== undefined) this.#supersede(other);
  }

  /** Forgets a session that ended. Asks first whether it is still the current one: a late cleanup must not remove its successor. */
  remove(session: DeviceSession): void {
    this.#leaving.delete(session);
    if (this.#current.get(session.ref.controllerId) === session) this.#current.delete(session.ref.controllerId);
  }

  /** The session that a message from backend means; undefined when it has ended or been superseded. */
  find({ controllerId, sessionId, epoch }: SessionRef): DeviceSession | undefined {
    const session = this.#current.get(controllerId);
    return session?.ref.sessionId === sessionId && session.ref.epoch === epoch ? session : undefined;
  }

  #supersede(session: DeviceSession): void {
    this.#leaving.add(session);
    // Ends at once where nobody can be asked, and is removed then.
    session.input({ type: 'revoked', code: CLOSE_CODES.superseded, text: 'superseded' });
  }
}
