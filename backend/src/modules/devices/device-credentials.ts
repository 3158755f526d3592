import type { ControllerStatus } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { Database } from '../../database/database.js';
import { Gathering } from './gathering.js';

/** What a controller's credentials are judged by. */
export interface DeviceRow {
  id: string;
  name: string;
  site_id: string;
  status: ControllerStatus;
  secret_hash: Buffer | null;
  next_secret_hash: Buffer | null;
  old_secret_hash: Buffer | null;
  credential_version: number;
  key_pin: Buffer | null;
}

/** `old`: valid before the last rotation. */
const SLOTS = ['present', 'next', 'old'] as const;
export type SecretSlot = (typeof SLOTS)[number];
const COLUMN = { present: 'secret_hash', next: 'next_secret_hash', old: 'old_secret_hash' } as const;
/** Compared with when there is no such device, so that an unknown id takes as long as a wrong secret. */
const NOBODY = Buffer.alloc(32);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads credentials without a lock: strangers who know an id must not keep its controller waiting. */
@Injectable()
export class DeviceCredentials {
  private readonly reading = new Gathering<string, { row: DeviceRow | undefined }>('Tickets', {
    together: (ids) => this.readAll(ids),
    alone: async (id) => ({ row: (await this.readAll([id])).get(id)?.row }),
  });

  constructor(private readonly database: Database) {}

  async read(deviceId: string): Promise<DeviceRow | undefined> {
    if (!UUID.test(deviceId)) return undefined;
    return (await this.reading.ask(deviceId.toLowerCase())).row;
  }

  private async readAll(ids: readonly string[]): Promise<Map<string, { row: DeviceRow | undefined }>> {
    const rows = await this.database.query<DeviceRow>(
      `SELECT id, name, site_id, status, secret_hash, next_secret_hash, old_secret_hash, credential_version, key_pin
       FROM controllers WHERE id = ANY($1::uuid[])`,
      [ids],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return new Map(ids.map((id) => [id, { row: byId.get(id) }]));
  }
}

/** Which of the controller's secrets has this digest. All are compared, in constant time, whichever is first. */
export function slotOf(device: DeviceRow | undefined, digest: Buffer): SecretSlot | null {
  const matches = SLOTS.map((slot) => ({ slot, isMatch: timingSafeEqual(digest, device?.[COLUMN[slot]] ?? NOBODY) }));
  return matches.find(({ isMatch }) => isMatch)?.slot ?? null;
}
