import type { ReplyOf } from '@cupola/contracts';
import type { MessageBus } from '@cupola/messaging';
import type { Logger } from 'pino';
import type { DeviceSession } from '../session/device-session.js';
import { failureOf } from './failure.js';
import type { SessionRegistry } from './session-registry.js';

/** Sessions in one request: the bus carries 1 MB, of the question and of an answer that names them all. */
const MAX_SESSIONS = 3_500;
/** Rounds in which everybody is named once. What ended is told in each; a lease outlasts three of these cycles. */
const ROUNDS = 3;
/** A round that begins so many periods after the one before names everybody: three of those would last longer than a lease. */
const SLOW_PERIODS = 2;

/**
 * Extends the leases of all sessions again and again and carries out what backend answers: revocations, confirmations, changed
 * channels. A lease cannot get lost, as an event can. Each round names a third of the sessions, and those that wait for backend's
 * word; backend's answer names also those that ended without having been asked about.
 */
export class LeaseRenewal {
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | null = null;
  #isForAll = false;
  #isStopped = false;
  #isBackendThere = false;
  #round = 0;
  #begunAt = 0;
  #origins: readonly string[] = [];

  constructor(
    private readonly bus: MessageBus,
    private readonly gatewayId: string,
    private readonly registry: SessionRegistry,
    private readonly log: Logger,
    private readonly everyMs: number,
    private readonly monotonic: () => number,
  ) {}

  /** The last renewal was answered: backend is there. */
  get isBackendThere(): boolean {
    return this.#isBackendThere;
  }

  /** Origins that some site allows, as of the last renewal. */
  get origins(): readonly string[] {
    return this.#origins;
  }

  /** Resolves after the first attempt. */
  async start(): Promise<void> {
    await this.now();
  }

  /** Renews all at once, e.g. because a point list was put; follows a renewal that is under way. */
  now(): Promise<void> {
    this.#isForAll = true;
    return this.#underWay ?? this.#begin();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#underWay;
  }

  #begin(): Promise<void> {
    clearTimeout(this.#timer);
    this.#underWay = this.#renewDue().finally(() => this.#schedule());
    return this.#underWay;
  }

  #schedule(): void {
    this.#underWay = null;
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#begin(), this.#isForAll ? 0 : this.everyMs);
  }

  async #renewDue(): Promise<void> {
    const sessions = this.#due();
    try {
      for (let from = 0; from === 0 || from < sessions.length; from += MAX_SESSIONS) await this.#renew(sessions.slice(from, from + MAX_SESSIONS));
      if (!this.#isBackendThere) this.log.info('backend is there');
      this.#isBackendThere = true;
    } catch (error) {
      // Sessions stay and buffer: what backend decided meanwhile it answers as soon as it is back.
      const { code, detail } = failureOf(error);
      if (this.#isBackendThere) this.log.warn({ code, detail }, 'leases were not renewed');
      this.#isBackendThere = false;
    }
  }

  /** After a round that failed, or took long, everybody: their leases must not wait any longer. */
  #due(): DeviceSession[] {
    const all = this.registry.all();
    const now = this.monotonic();
    const isForAll = this.#isForAll || !this.#isBackendThere || now - this.#begunAt > SLOW_PERIODS * this.everyMs;
    this.#isForAll = false;
    this.#begunAt = now;
    this.#round = (this.#round + 1) % ROUNDS;
    return isForAll ? all : all.filter((session) => session.isAwaitingWord || roundOf(session) === this.#round);
  }

  async #renew(sessions: readonly DeviceSession[]): Promise<void> {
    const named = sessions.map(({ ref, lastSeen, isLate }) => ({ ...ref, lastSeen: Math.round(lastSeen), ...(isLate ? { isLate } : null) }));
    this.#carryOut(await this.bus.request('sessions.renew', { gatewayId: this.gatewayId, sessions: named }));
  }

  #carryOut({ revoked, accepted, channelsChanged, origins }: ReplyOf<'sessions.renew'>): void {
    this.#origins = origins ?? [];
    for (const { code, reason, ...ref } of revoked) this.registry.find(ref)?.input({ type: 'revoked', code, text: reason });
    for (const ref of accepted) this.registry.find(ref)?.input({ type: 'accepted' });
    for (const ref of channelsChanged) this.registry.find(ref)?.input({ type: 'channelsChanged' });
  }
}

/** By the end of the controller's id, which is random in all kinds of ids: the rounds are equally long. */
function roundOf({ ref: { controllerId } }: DeviceSession): number {
  return controllerId.charCodeAt(controllerId.length - 1) % ROUNDS;
}
