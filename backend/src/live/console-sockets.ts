import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BUS } from '../bus.js';
import { Repeating } from '../modules/devices/index.js';
import type { ConsoleSocket } from './console-socket.js';
import { LiveEpochs } from './live-epochs.js';
import { hasSameRights, SessionRecheck } from './session-recheck.js';

/** Rights are read again this often, whether or not somebody announced a change. */
const RECHECK_MS = 1000;
/** Rounds in a row that could not read them: by then no value and no alarm is kept up either, so no screen may go on looking live. */
const BLIND_ROUNDS = 3;

/** The consoles that are connected now. Each is closed or cut down as soon as its session or its rights end. */
@Injectable()
export class ConsoleSockets implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #consoles = new Map<string, ConsoleSocket>();
  readonly #rechecking = new Repeating('Live', RECHECK_MS, () => this.#recheckAll());
  #blindRounds = 0;
  #subscription: Unsubscribe | undefined;

  constructor(
    private readonly epochs: LiveEpochs,
    private readonly sessions: SessionRecheck,
    @Inject(BUS) private readonly bus: MessageBus,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.#subscription = await this.bus.subscribe('access.changed', ({ userId, sessionId }) => {
      const isMeant = ({ actor }: ConsoleSocket): boolean => actor.userId === userId && (sessionId === null || actor.sessionId === sessionId);
      return this.#recheck([...this.#consoles.values()].filter(isMeant));
    });
    this.#rechecking.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#rechecking.stop();
    await this.#subscription?.();
    for (const { socket } of this.#consoles.values()) socket.disconnect(true);
  }

  add(console: ConsoleSocket): void {
    this.#consoles.set(console.socket.id, console);
    this.epochs.open(console.epoch, console.actor.sessionId);
  }

  remove(socketId: string): void {
    const console = this.#consoles.get(socketId);
    if (!console) return;
    this.#consoles.delete(socketId);
    this.epochs.close(console.epoch);
    console.close();
  }

  async #recheckAll(): Promise<void> {
    try {
      await this.#recheck([...this.#consoles.values()]);
      this.#blindRounds = 0;
    } catch (error) {
      this.#blindRounds += 1;
      if (this.#blindRounds >= BLIND_ROUNDS) this.#closeAll();
      throw error;
    }
  }

  /** Each comes back with a new ticket, which takes the database. */
  #closeAll(): void {
    for (const { socket } of [...this.#consoles.values()]) {
      this.remove(socket.id);
      socket.disconnect(true);
    }
  }

  async #recheck(consoles: readonly ConsoleSocket[]): Promise<void> {
    if (consoles.length === 0) return;
    const actors = await this.sessions.actorsOf(consoles.map(({ actor }) => actor));
    for (const console of consoles) {
      const actor = actors.get(console.actor.sessionId);
      if (!actor) {
        this.remove(console.socket.id);
        console.socket.disconnect(true);
      } else if (!hasSameRights(actor, console.actor)) console.changeRights(actor);
    }
  }
}
