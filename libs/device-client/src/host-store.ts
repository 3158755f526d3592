import { commandStatusResult } from '@cupola/contracts';
import { PRIORITY_LEVELS } from '@cupola/domain';
import type { PriorityArray } from '@cupola/domain';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeOwnerOnly } from './credentials.js';

const arraySlot = z.object({ value: z.number(), commandId: z.string().nullable(), since: z.number(), until: z.number().nullable() });
const level = z.enum(PRIORITY_LEVELS.map(String) as [string, ...string[]]);
const hostState = z.object({
  arrays: z.record(z.string(), z.partialRecord(level, arraySlot)),
  readSeq: z.int().min(0),
  /** The answers to the last 256 commands, oldest first. */
  answers: z.array(z.object({ key: z.string(), digest: z.string(), answer: commandStatusResult })),
  /** Commands whose time ran out and of which the server has not been told. */
  ended: z.array(z.string()),
  /** Commands whose slots a stop of unknown length emptied: the server may know whether they are over. */
  uncertain: z.array(z.string()).optional(),
  /** Revision of the slot set that was taken last. */
  rev: z.int().min(0).optional(),
});

/** Everything that the host of the priority arrays must not forget over a restart. Times are epoch milliseconds of its own clock. */
export interface HostState {
  readonly arrays: Readonly<Record<string, PriorityArray>>;
  readonly readSeq: number;
  readonly answers: readonly Answered[];
  readonly ended: readonly string[];
  readonly uncertain?: readonly string[] | undefined;
  readonly rev?: number | undefined;
}

/** One carried-out command: its idempotency key, a digest of what was asked, and what was answered. */
export type Answered = z.infer<typeof hostState>['answers'][number];

/** Where the host keeps its state. `load` gives null at the very first start. */
export interface HostStore {
  load(): Promise<HostState | null>;
  save(state: HostState): Promise<void>;
}

/** Keeps the arrays as long as the process lives: for simulated controllers and tests. */
export function memoryHostStore(): HostStore {
  let held: HostState | null = null;
  return {
    load: () => Promise.resolve(held),
    save: (state) => {
      held = state;
      return Promise.resolve();
    },
  };
}

/** Keeps the arrays in a file that is replaced in one step. `load` throws when it is damaged: guessing at overrides is worse. */
export function fileHostStore(path: string): HostStore {
  return {
    async load() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (text === null) return null;
      return hostState.parse(JSON.parse(text)) as HostState;
    },
    save: (state) => writeOwnerOnly(path, JSON.stringify(state)),
  };
}
