import { fileCredentials, fileHostStore, writeOwnerOnly, type CredentialStore, type HostStore } from '@cupola/device-client';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const registers = z.record(z.string(), z.number());

/** What the demo keeps between its runs, readable by its owner only. All of it may be lost. */
export class StateFiles {
  constructor(
    private readonly folder: string,
    private readonly buildingId: string,
  ) {}

  credentials(controllerId: string): CredentialStore {
    return fileCredentials(this.#path(`${controllerId}.json`));
  }

  /** Commands outlive a restart of the demo, and end by their own time. */
  arrays(controllerId: string): HostStore {
    return fileHostStore(this.#path(`${controllerId}.slots.json`));
  }

  /** What the energy meters showed last: they go on from there. Everything else of the house settles again by itself. */
  async readMeters(): Promise<Record<string, number>> {
    const text = await readFile(this.#path('meters.json'), 'utf8').catch(() => '');
    const parsed = registers.safeParse(parse(text));
    return parsed.success ? parsed.data : {};
  }

  writeMeters(meters: Readonly<Record<string, number>>): Promise<void> {
    return writeOwnerOnly(this.#path('meters.json'), JSON.stringify(meters));
  }

  #path(name: string): string {
    return join(this.folder, this.buildingId, name);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not there yet, or damaged: the meters begin anew.
    return null;
  }
}
