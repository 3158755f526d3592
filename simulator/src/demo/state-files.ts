import { fileCredentials, fileHostStore, writeOwnerOnly, type CredentialStore, type HostStore } from '@cupola/device-client';
import { expireSlots, winnerOf } from '@cupola/domain';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KeptHouse, keptHouse } from './kept-house.js';

const ARRAYS = '.slots.json';
const HOUSE = 'house.json';

/** What the demo keeps between its runs, readable by its owner only. All of it may be lost. */
export class StateFiles {
  readonly #folder: string;

  constructor(folder: string, buildingId: string) {
    this.#folder = join(folder, buildingId);
  }

  credentials(controllerId: string): CredentialStore {
    return fileCredentials(this.#path(`${controllerId}.json`));
  }

  /** Commands outlive a restart of the demo, and end by their own time. */
  arrays(controllerId: string): HostStore {
    return fileHostStore(this.#path(`${controllerId}${ARRAYS}`));
  }

  /** Values that somebody commanded and that are still in force, by key: what the house obeys before its controllers have started. */
  async readCommanded(now: number): Promise<Map<string, number>> {
    const files = (await readdir(this.#folder).catch(() => [])).filter((name) => name.endsWith(ARRAYS));
    // A damaged file is its controller's to tell of.
    const states = await Promise.all(files.map((name) => fileHostStore(this.#path(name)).load().catch(() => null)));
    const commanded = new Map<string, number>();
    for (const [key, array] of states.flatMap((state) => Object.entries(state?.arrays ?? {}))) {
      const held = expireSlots(array, now).array;
      const slot = held[winnerOf(held) ?? 16];
      if (slot !== undefined) commanded.set(key, slot.value);
    }
    return commanded;
  }

  /** Null: not there yet, or damaged. The house begins anew then. */
  async readHouse(): Promise<KeptHouse | null> {
    const text = await readFile(this.#path(HOUSE), 'utf8').catch(() => '');
    return keptHouse.safeParse(parse(text)).data ?? null;
  }

  writeHouse(house: KeptHouse): Promise<void> {
    return writeOwnerOnly(this.#path(HOUSE), JSON.stringify(house));
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not there, or cut off: nothing is known.
    return null;
  }
}
