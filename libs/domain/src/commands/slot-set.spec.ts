import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMAND_STATES, PRIORITY_LEVELS, type PriorityLevel } from './words.js';
import { belongsToSlotSet, CONFIRMED_STATES, reassertSlots, type IntendedSlot, type IntendingCommand } from './slot-set.js';
import { EMPTY_ARRAY, expireSlots, type PriorityArray } from './priority-array.js';

const NOW = 1_000_000;

describe('a slot set', () => {
  const held: IntendingCommand = { state: 'EFFECTIVE', operation: 'write', fact: null, until: NOW + 1 };

  it.each(COMMAND_STATES.map((state) => [state, (CONFIRMED_STATES as readonly string[]).includes(state)] as const))('with a command in %s: %s', (state, belongs) => {
    expect(belongsToSlotSet({ ...held, state }, NOW)).toBe(belongs);
  });

  it.each([
    ['its time is over', { until: NOW }],
    ['it was released', { fact: 'RELEASED' as const }],
    ['its time ended at the host', { fact: 'ENDED' as const }],
    ['somebody took its slot', { fact: 'OVERTAKEN' as const }],
    ['it is a release', { operation: 'release' as const }],
  ])('does not name a command when %s', (_, over) => {
    expect(belongsToSlotSet({ ...held, ...over }, NOW)).toBe(false);
  });

  it('names a lock without an end', () => {
    expect(belongsToSlotSet({ ...held, until: null }, NOW)).toBe(true);
  });
});

const level = fc.constantFrom(...PRIORITY_LEVELS);
const slot = fc.record({ value: fc.integer(), commandId: fc.option(fc.constantFrom('a', 'b', 'c', 'd')), since: fc.constant(0), until: fc.option(fc.integer({ min: NOW + 1, max: NOW + 100 })) });
const array: fc.Arbitrary<PriorityArray> = fc.array(fc.tuple(level, slot)).map((slots) => Object.fromEntries(slots) as PriorityArray);
const intended: fc.Arbitrary<IntendedSlot[]> = fc.array(
  fc.record({ level, value: fc.integer(), commandId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), remainingMs: fc.option(fc.integer({ min: 0, max: 100 })) }),
);
const known = fc.subarray(['a', 'b', 'c', 'd', 'e', 'f']);
const elapsed = fc.integer({ min: 0, max: 120 });

describe('taking a slot set', () => {
  it('never touches a slot that is held, nor the levels of the device, nor takes what is known or over', () => {
    fc.assert(
      fc.property(array, intended, known, elapsed, (before, set, ids, elapsedMs) => {
        const after = reassertSlots(before, set, { isKnown: (id) => ids.includes(id), elapsedMs, now: NOW });
        const filled = PRIORITY_LEVELS.filter((at) => before[at] === undefined && after.array[at] !== undefined);
        for (const at of PRIORITY_LEVELS) if (before[at] !== undefined) expect(after.array[at]).toBe(before[at]);
        expect(after.taken.toSorted()).toEqual(filled.map((at) => after.array[at]?.commandId).toSorted());
        for (const at of filled) {
          const now = after.array[at];
          expect(at).toBeGreaterThanOrEqual(8);
          expect(ids).not.toContain(now?.commandId);
          // The slot ends when the server meant it to, or earlier: never later.
          const origin = set.filter((entry) => entry.level === at && entry.commandId === now?.commandId);
          expect(origin.map(({ remainingMs }) => (remainingMs === null ? null : NOW + remainingMs - elapsedMs))).toContain(now?.until);
          expect(now?.until ?? Infinity).toBeGreaterThan(NOW);
          if (at === 8) expect(now?.until).not.toBeNull();
        }
      }),
    );
  });

  it('twice is the same as once', () => {
    fc.assert(
      fc.property(array, intended, elapsed, (before, set, elapsedMs) => {
        const options = { isKnown: () => false, elapsedMs, now: NOW };
        const once = reassertSlots(before, set, options);
        expect(reassertSlots(once.array, set, options)).toEqual({ array: once.array, taken: [] });
      }),
    );
  });
});

/** Everything that may happen between a server and a host that forgets its arrays now and then. */
type Act =
  | { type: 'write'; level: PriorityLevel; lasts: number; fate: 'stored' | 'answer lost' | 'never sent' }
  | { type: 'release'; level: PriorityLevel; fate: 'stored' | 'answer lost' | 'never sent' }
  | { type: 'pass'; ms: number }
  | { type: 'restart'; keeps: boolean }
  /** The host asks for its set; it arrives after a while, with a command that was accepted meanwhile right behind it. */
  | { type: 'synchronise'; after: number }
  | { type: 'settle' };
const commandLevel = fc.constantFrom<PriorityLevel>(8, 10, 13);
const fate = fc.constantFrom('stored' as const, 'answer lost' as const, 'never sent' as const);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ type: fc.constant('write' as const), level: commandLevel, lasts: fc.integer({ min: 1, max: 60 }), fate }),
  fc.record({ type: fc.constant('release' as const), level: commandLevel, fate }),
  fc.record({ type: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ type: fc.constant('restart' as const), keeps: fc.boolean() }),
  fc.record({ type: fc.constant('synchronise' as const), after: fc.integer({ min: 0, max: 30 }) }),
  fc.record({ type: fc.constant('settle' as const) }),
);

interface Command extends IntendingCommand {
  id: string;
  level: PriorityLevel;
  until: number;
  replaced: string | null;
}

/** The server's books and one host's array, as domain rules 2.4 keep them. */
class Plant {
  now = 0;
  array = EMPTY_ARRAY;
  readonly commands = new Map<string, Command>();
  /** What the server intends, by level. */
  readonly intents = new Map<PriorityLevel, string>();
  /** Commands of which the host has heard and not forgotten. */
  heard = new Set<string>();
  readonly released = new Set<string>();
  #count = 0;

  run(one: Act): void {
    switch (one.type) {
      case 'write':
        return this.write(one.level, one.lasts, one.fate);
      case 'release':
        return this.release(one.level, one.fate);
      case 'pass':
        return this.pass(one.ms);
      case 'restart':
        if (!one.keeps) [this.array, this.heard] = [EMPTY_ARRAY, new Set()];
        return;
      case 'synchronise':
        return this.synchronise(one.after);
      case 'settle':
        return this.settle();
    }
  }

  private write(at: PriorityLevel, lasts: number, how: 'stored' | 'answer lost' | 'never sent'): void {
    if (this.isUnderWay(at)) return;
    const id = `c${(this.#count += 1)}`;
    const replaced = this.intents.get(at) ?? null;
    const command: Command = { id, level: at, operation: 'write', state: 'SENT', fact: null, until: this.now + lasts, replaced };
    this.commands.set(id, command);
    this.intents.set(at, id);
    if (how === 'never sent') return this.undo(command, 'EXPIRED');
    this.heard.add(id);
    this.array = { ...this.array, [at]: { value: 1, commandId: id, since: this.now, until: command.until } };
    this.commands.set(id, { ...command, state: how === 'stored' ? 'EFFECTIVE' : 'UNKNOWN' });
    if (how === 'stored' && replaced !== null) this.note(replaced, 'OVERTAKEN');
  }

  private release(at: PriorityLevel, how: 'stored' | 'answer lost' | 'never sent'): void {
    const id = this.intents.get(at);
    if (id === undefined || this.isUnderWay(at) || how === 'never sent') return;
    this.intents.delete(at);
    if (this.array[at]?.commandId === id) this.array = Object.fromEntries(Object.entries(this.array).filter(([other]) => Number(other) !== at)) as PriorityArray;
    this.note(id, 'RELEASED');
    this.released.add(id);
  }

  pass(ms: number): void {
    this.now += ms;
    this.array = expireSlots(this.array, this.now).array;
  }

  /** The set is written now and taken later. The host holds commands back until then, so that none of them is undone by it. */
  private synchronise(after: number): void {
    const set = [...this.intents].flatMap(([at, id]): IntendedSlot[] => {
      const command = this.commands.get(id);
      return command !== undefined && belongsToSlotSet(command, this.now) ? [{ level: at, value: 1, commandId: id, remainingMs: command.until - this.now }] : [];
    });
    this.pass(after);
    const { array: next, taken } = reassertSlots(this.array, set, { isKnown: (id) => this.heard.has(id), elapsedMs: after, now: this.now });
    this.array = next;
    for (const id of taken) this.heard.add(id);
  }

  /** The host is asked what became of the commands whose answer was lost. */
  private settle(): void {
    for (const command of this.commands.values()) {
      if (command.state !== 'UNKNOWN') continue;
      if (!this.heard.has(command.id)) this.undo(command, 'EXPIRED');
      else {
        this.commands.set(command.id, { ...command, state: 'EFFECTIVE' });
        if (command.replaced !== null) this.note(command.replaced, 'OVERTAKEN');
      }
    }
  }

  private undo(command: Command, state: 'EXPIRED'): void {
    this.commands.set(command.id, { ...command, state });
    this.intents.delete(command.level);
    const previous = command.replaced === null ? undefined : this.commands.get(command.replaced);
    if (previous !== undefined && previous.fact === null && previous.until > this.now) this.intents.set(command.level, previous.id);
  }

  private note(id: string, fact: 'OVERTAKEN' | 'RELEASED'): void {
    const command = this.commands.get(id);
    if (command !== undefined) this.commands.set(id, { ...command, fact: command.fact ?? fact });
  }

  private isUnderWay(at: PriorityLevel): boolean {
    return [...this.commands.values()].some(({ level: other, state }) => other === at && state === 'UNKNOWN');
  }
}

describe('a host that forgets, and its server', () => {
  it('never hold what is over, was released, was overtaken, or was never delivered in time', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const plant = new Plant();
        for (const one of acts) {
          plant.run(one);
          for (const at of PRIORITY_LEVELS) {
            const { commandId, until } = plant.array[at] ?? {};
            if (typeof commandId !== 'string') continue;
            const command = plant.commands.get(commandId);
            expect(until).toBeLessThanOrEqual(command?.until ?? 0);
            expect(until).toBeGreaterThan(plant.now);
            expect(plant.released).not.toContain(commandId);
            expect(command?.fact).toBeNull();
            expect(command?.state).not.toBe('EXPIRED');
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('hold again after a restart what was confirmed and is not over, and nothing else', () => {
    const plant = new Plant();
    plant.run({ type: 'write', level: 8, lasts: 50, fate: 'stored' });
    plant.run({ type: 'write', level: 10, lasts: 50, fate: 'answer lost' });
    plant.run({ type: 'write', level: 13, lasts: 5, fate: 'stored' });
    plant.run({ type: 'restart', keeps: false });
    plant.run({ type: 'synchronise', after: 10 });
    expect(plant.array).toEqual({ 8: { value: 1, commandId: 'c1', since: 10, until: 50 } });
  });
});
