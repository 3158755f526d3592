import type { Command, Controller } from '@cupola/contracts';
import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { BUS } from '../bus.js';
import { Repeating } from '../modules/devices/index.js';
import { AlarmWatch } from './alarm-watch.js';
import { CommandList } from './command-list.js';
import { ControllerList } from './controller-list.js';
import { ListWatch } from './list-watch.js';

/** How often changes that nobody announced are looked for. */
const POLL_MS = 2000;

/** The lists that can be watched, fed from the bus and, because events are hints, from the tables. */
@Injectable()
export class ListWatches implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly controllers: ListWatch<Controller>;
  readonly commands: ListWatch<Command>;
  readonly #polling = new Repeating('Live', POLL_MS, () => this.#poll());
  #subscriptions: Unsubscribe[] = [];

  constructor(
    controllers: ControllerList,
    commands: CommandList,
    readonly alarms: AlarmWatch,
    @Inject(BUS) private readonly bus: MessageBus,
  ) {
    const logger = new Logger('Live');
    const warn = (error: unknown): void => logger.warn(`A list could not be read: ${String(error)}`);
    this.controllers = new ListWatch(controllers, warn);
    this.commands = new ListWatch(commands, warn);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.#subscriptions = [
      await this.bus.subscribe('live.controllers', ({ controllerId }) => this.controllers.touch(controllerId)),
      await this.bus.subscribe('live.commands', ({ commandId }) => this.commands.touch(commandId)),
    ];
    this.#polling.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#polling.stop();
    await Promise.all(this.#subscriptions.map((stop) => stop()));
    this.controllers.close();
    this.commands.close();
  }

  async #poll(): Promise<void> {
    await this.controllers.poll();
    await this.commands.poll();
  }
}
