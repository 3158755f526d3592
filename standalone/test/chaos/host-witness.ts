import type { HostState, HostStore } from '@cupola/device-client';

export interface Deed {
  /** When the command was first carried out; epoch milliseconds. */
  readonly at: number;
  /** False: the output did not take the value, and the host let go of it again. */
  isKept: boolean;
}

export interface Life {
  readonly store: HostStore;
  /** Resolves when what was being written is written. */
  die(): Promise<void>;
}

/** Watches what a controller's host writes down, over all of its restarts: what it did to its arrays, and for which command. */
export class HostWitness {
  /** By the id of the command that was carried out, a release as well as a write. */
  readonly deeds = new Map<string, Deed>();
  /** Commands that filled a slot at any time. */
  readonly holders = new Set<string>();

  constructor(private readonly store: HostStore) {}

  /** The store as one life of the controller sees it. After `die()` nothing reaches it any more, as after a power cut. */
  life(): Life {
    let isDead = false;
    let writing: Promise<void> = Promise.resolve();
    const store: HostStore = {
      load: () => this.store.load(),
      save: (state) => {
        if (isDead) return new Promise<void>(() => undefined);
        this.#note(state);
        writing = this.store.save(state);
        return writing;
      },
    };
    const die = () => {
      isDead = true;
      return writing;
    };
    return { store, die };
  }

  #note({ arrays, answers }: HostState): void {
    for (const array of Object.values(arrays)) {
      for (const slot of Object.values(array)) if (slot.commandId !== null) this.holders.add(slot.commandId);
    }
    for (const { key, answer } of answers) {
      const deed = this.deeds.get(key);
      const isDone = answer.outcome === 'result';
      if (deed !== undefined) deed.isKept = isDone;
      else if (isDone) this.deeds.set(key, { at: Date.now(), isKept: true });
    }
  }
}
