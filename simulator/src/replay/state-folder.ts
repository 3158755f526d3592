import { fileCredentials, type CredentialStore } from '@cupola/device-client';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the replay keeps between its runs. All of it may be lost: the product knows enough to go on. */
export class StateFolder {
  constructor(
    private readonly folder: string,
    private readonly buildingId: string,
  ) {}

  credentials(controllerId: string): CredentialStore {
    return fileCredentials(join(this.folder, this.buildingId, `${controllerId}.json`));
  }

  /** Milliseconds by which an earlier run moved this recording (by the time at which it ends); null when none did. */
  async readShift(lastTime: number): Promise<number | null> {
    const text = await readFile(this.#shiftFile(lastTime), 'utf8').catch(() => null);
    const shift = text === null || text.trim() === '' ? NaN : Number(text);
    return Number.isSafeInteger(shift) ? shift : null;
  }

  async writeShift(lastTime: number, shiftMs: number): Promise<void> {
    await mkdir(join(this.folder, this.buildingId), { recursive: true, mode: 0o700 });
    await writeFile(this.#shiftFile(lastTime), String(shiftMs));
  }

  #shiftFile(lastTime: number): string {
    return join(this.folder, this.buildingId, `shift-${lastTime}`);
  }
}
