import { randomUUID } from 'node:crypto';
import { type Command, IDEMPOTENCY_HEADER, type Point } from '@cupola/contracts';
import { waitFor } from '@cupola/testing';
import { OUTPUTS } from './boxes-model.js';
import type { Dice } from './dice.js';
import type { OperatorConsole } from './operator-console.js';

/** States of a command that is still under way. */
export const UNDER_WAY: ReadonlySet<string> = new Set(['REQUESTED', 'PENDING_APPROVAL', 'ACCEPTED', 'SENT', 'UNKNOWN', 'STORED']);
const HOUR_MS = 3_600_000;
const SHORT_MS = { least: 2_000, most: 15_000 };
/** What a refusal may say while things go wrong; anything else is a fault of the product. */
const EXPECTED_REFUSALS = new Set(['COMMAND_IN_FLIGHT', 'DELIVERY_UNKNOWN', 'CONTROLLER_OFFLINE', 'NOTHING_TO_RELEASE']);
/** Nobody stares at one command for longer. */
const LOOKS_ON_FOR_MS = 20_000;

/** People who override and release points all the time, and look on until they know what became of it. */
export class Operators {
  /** Ids of the commands that were accepted. */
  readonly accepted = new Set<string>();
  readonly refusals = new Map<string, number>();
  #asked = 0;

  /** `isAlive` resolves as soon as the building is worth looking at. */
  constructor(
    private readonly console: OperatorConsole,
    private readonly points: readonly Point[],
    private readonly isAlive: () => Promise<unknown>,
    private readonly dice: Dice,
  ) {}

  /** Goes on until so many commands were accepted; `afterEach` gets the number of those so far. */
  async work(hands: number, count: number, afterEach: (accepted: number) => void): Promise<void> {
    const start = this.accepted.size;
    const one = async () => {
      while (this.accepted.size - start < count) {
        const id = await this.#command();
        if (id === null) continue;
        afterEach(this.accepted.size - start);
        await this.#lookOn(id);
      }
    };
    await Promise.all(Array.from({ length: hands }, one));
  }

  async #command(): Promise<string | null> {
    this.#asked += 1;
    if (this.#asked > 20_000) throw new Error(`hardly anything is accepted: ${JSON.stringify([...this.refusals])}`);
    const point = this.dice.pick(this.points);
    const isRelease = this.dice.chance(0.25);
    const path = `/points/${point.id}/overrides${isRelease ? '/release' : ''}`;
    const body = isRelease ? { reason: 'no longer needed' } : { value: this.#value(point), durationMs: this.#duration(), reason: 'a test of everything' };
    const { code, body: answer, status } = await this.console.ask('POST', path, { body, headers: { [IDEMPOTENCY_HEADER]: randomUUID() } });
    if (status === 202) {
      const { id } = answer as Command;
      this.accepted.add(id);
      return id;
    }
    if (!EXPECTED_REFUSALS.has(code)) throw new Error(`POST ${path} ${JSON.stringify(body)}: ${status} ${JSON.stringify(answer)}`);
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    await this.isAlive();
    return null;
  }

  async #lookOn(id: string): Promise<void> {
    const isSettled = async () => !UNDER_WAY.has((await this.console.get<Command>(`/commands/${id}`)).state);
    // What hangs is judged at the end, when everything works again.
    await waitFor(isSettled, { timeoutMs: LOOKS_ON_FOR_MS, intervalMs: 100 }).catch(() => undefined);
    await this.isAlive();
  }

  #value({ key }: Point): number {
    const output = OUTPUTS.find(({ suffix }) => key.endsWith(suffix));
    if (output === undefined) throw new Error(`nobody can command ${key}`);
    const { least, most } = output;
    return most === 1 ? this.dice.between(least, most) : this.dice.between(least * 10, most * 10) / 10;
  }

  #duration(): number {
    return this.dice.chance(0.3) ? this.dice.between(SHORT_MS.least, SHORT_MS.most) : HOUR_MS;
  }
}
