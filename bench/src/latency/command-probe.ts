import { DeviceSession } from '../device-session.js';
import { serveParent } from '../serve-parent.js';
import { ArrayHost } from './array-host.js';
import { Arrivals } from './arrivals.js';
import type { CommandRequest, CommandResult } from './command-messages.js';
import { pace } from './pace.js';
import { RestSession } from './rest-session.js';

const HOUR_MS = 3_600_000;

class CommandProbe {
  readonly #frames = new Arrivals('command');
  readonly #deliveredAt = new Map<number, number>();
  #operator: RestSession | undefined;
  #points: string[] = [];
  /** Every value is another, so that it says which command it is. */
  #lastValue = 0;

  async open({ console, gateway, pointsRev, controllers }: CommandRequest & { kind: 'open' }): Promise<void> {
    this.#operator = await RestSession.login(console);
    for (const { id, secret } of controllers) {
      const host = new ArrayHost((value) => this.#delivered(value));
      await DeviceSession.open(gateway, { id, secret }, pointsRev, (action, payload) => host.answer(action, payload));
    }
    const aliases = controllers[0]?.points.keys() ?? [];
    this.#points = [...aliases].flatMap((alias) => controllers.map(({ points }) => points[alias] ?? ''));
  }

  async command({ count, perSecond }: CommandRequest & { kind: 'command' }): Promise<CommandResult> {
    const asked: Promise<{ value: number; askedAt: number; acceptedAt: number }>[] = [];
    await pace(count, perSecond, () => {
      const one = this.#ask();
      one.catch((error: Error) => this.#frames.fail(error));
      asked.push(one);
    });
    const accepted = await Promise.all(asked);
    await this.#frames.all();
    const deliveredAt = (value: number): number => this.#deliveredAt.get(value) ?? NaN;
    return {
      accepted: accepted.map(({ askedAt, acceptedAt }) => acceptedAt - askedAt),
      delivered: accepted.map(({ value, askedAt }) => deliveredAt(value) - askedAt),
      acceptedToDelivered: accepted.map(({ value, acceptedAt }) => deliveredAt(value) - acceptedAt),
    };
  }

  async #ask(): Promise<{ value: number; askedAt: number; acceptedAt: number }> {
    this.#lastValue += 1;
    const value = this.#lastValue;
    const point = this.#points[value % this.#points.length] ?? '';
    const askedAt = performance.now();
    this.#frames.sent(value);
    await this.#operator?.post(`/points/${point}/overrides`, { value, durationMs: HOUR_MS, reason: 'measuring' });
    return { value, askedAt, acceptedAt: performance.now() };
  }

  #delivered(value: number): void {
    this.#frames.arrived(value);
    this.#deliveredAt.set(value, performance.now());
  }
}

const probe = new CommandProbe();
serveParent<CommandRequest>((request) => (request.kind === 'open' ? probe.open(request) : probe.command(request)));
