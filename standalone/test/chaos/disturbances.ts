import type { Dice } from './dice.js';
import type { Programs } from './programs.js';
import type { Direction, ShakyNetwork } from './shaky-network.js';
import { areOnline, type Box } from './site.js';

/** Longer than a command may take to its controller. */
const FREEZE_MS = { least: 11_000, most: 14_000 };
const AWAY_MS = { least: 500, most: 4_000 };
/** A console that reads late, again and again. */
const READS_LATE_MS = { least: 500, most: 3_000 };
/** A controller that would stay away longer than this is restarted by its technician at the end. */
const LONG_WAIT_MS = 10_000;
const DIRECTIONS: readonly Direction[] = ['both ways', 'downwards', 'upwards'];

/** One kind of mishap. `make` says in words what it did. */
interface Mishap {
  /** How often it happens, compared with others. */
  readonly weight: number;
  make(dice: Dice): { name: string; done?: Promise<void> };
}

/** What happens between controllers and the gateway, and to controllers. */
export function controllerMishaps(network: ShakyNetwork, boxes: readonly Box[]): Mishap[] {
  const busy = new Set<Box>();
  const one = async (dice: Dice, disturb: (box: Box) => Promise<void>) => {
    const box = dice.pick(boxes);
    if (busy.has(box)) return;
    busy.add(box);
    await disturb(box).finally(() => busy.delete(box));
  };
  return [
    ...networkMishaps(network, ''),
    { weight: 1, make: (dice) => ({ name: 'controller restart', done: one(dice, ({ controller }) => controller.restart()) }) },
    { weight: 2, make: (dice) => ({ name: 'controller power cut', done: one(dice, ({ controller }) => controller.losePower()) }) },
  ];
}

/** What happens between consoles and the backend. */
export function consoleMishaps(network: ShakyNetwork): Mishap[] {
  const readLate = (dice: Dice) => {
    network.freeze(2, (wires) => dice.pick(wires), 'downwards', dice.between(READS_LATE_MS.least, READS_LATE_MS.most));
    return { name: 'console reads late' };
  };
  return [...networkMishaps(network, 'console '), { weight: 3, make: readLate }];
}

function networkMishaps(network: ShakyNetwork, whose: string): Mishap[] {
  const cut = (dice: Dice) => {
    network.cut(dice.between(1, 4), (wires) => dice.pick(wires));
    return { name: `${whose}cut` };
  };
  const freeze = (dice: Dice) => {
    const direction = dice.pick(DIRECTIONS);
    network.freeze(dice.between(1, 3), (wires) => dice.pick(wires), direction, dice.between(FREEZE_MS.least, FREEZE_MS.most));
    return { name: `${whose}freeze ${direction}` };
  };
  const goAway = (dice: Dice) => {
    network.goAway(dice.between(AWAY_MS.least, AWAY_MS.most));
    return { name: `${whose}network away` };
  };
  return [
    { weight: 2, make: cut },
    { weight: 2, make: freeze },
    { weight: 1, make: goAway },
  ];
}

interface Scene {
  readonly programs: Programs;
  readonly networks: readonly ShakyNetwork[];
  readonly boxes: readonly Box[];
  readonly mishaps: readonly Mishap[];
  readonly dice: Dice;
}

/** Everything bad that happens, at random. */
export class Disturbances {
  readonly made = new Map<string, number>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #failures: unknown[] = [];
  readonly #deck: readonly Mishap[];
  #isRestarting = false;
  #kills = 0;

  constructor(private readonly scene: Scene) {
    this.#deck = scene.mishaps.flatMap((mishap) => Array.from({ length: mishap.weight }, () => mishap));
  }

  /** One of them, whatever the dice say. */
  any(): void {
    const { name, done } = this.scene.dice.pick(this.#deck).make(this.scene.dice);
    this.#count(name);
    if (done !== undefined) this.#follow(done);
  }

  /** `kill -9` of one program after the other, and its restart. None is killed before all are back. */
  kill(): void {
    if (this.#isRestarting) return;
    this.#isRestarting = true;
    const { names } = this.scene.programs;
    const name = names[this.#kills % names.length] ?? '';
    this.#kills += 1;
    this.#count(`kill -9 ${name}`);
    this.#follow(this.scene.programs.killAndRestart(name).finally(() => (this.#isRestarting = false)));
  }

  /** Nothing is wrong any more: what was held arrives, every program runs, every controller is online. */
  async heal(): Promise<void> {
    for (const network of this.scene.networks) network.heal();
    await Promise.all(this.#underWay);
    if (this.#failures.length > 0) throw new Error('what was disturbed did not come back', { cause: this.#failures[0] });
    for (const { controller } of this.scene.boxes) {
      controller.repair();
      if (!controller.isOnline && (controller.state.retryInMs ?? 0) > LONG_WAIT_MS) await controller.restart();
    }
    await areOnline(this.scene.boxes);
  }

  #count(kind: string): void {
    this.made.set(kind, (this.made.get(kind) ?? 0) + 1);
  }

  #follow(work: Promise<unknown>): void {
    const followed = work
      .catch((error: unknown) => this.#failures.push(error))
      .finally(() => this.#underWay.delete(followed));
    this.#underWay.add(followed);
  }
}
