import type { FloorData, LiveValue } from '@cupola/contracts';
import { shardOf } from '@cupola/domain';
import type { FakeClock } from '@cupola/testing';
import { Box, devicePoint, register } from '../devices/box.js';
import { makePlace, type TestPlace } from '../devices/place.js';
import type { TestBackend } from '../harness.js';

/** A floor whose points are served by one connected controller. */
export class LivePlace {
  #seq = 0;

  private constructor(
    private readonly backend: TestBackend,
    private readonly clock: FakeClock,
    readonly place: TestPlace,
    readonly box: Box,
    private readonly channels: readonly number[],
  ) {}

  static async make(backend: TestBackend, clock: FakeClock, points = 3, intervalMs = 3_600_000): Promise<LivePlace> {
    const keys = Array.from({ length: points }, (_, index) => `point-${index}`);
    const place = await makePlace(backend.database, keys.map((key) => ({ key })));
    const { claim } = await register(backend.admin, place, { equipment: place.equipmentId });
    const { deviceId, secret } = await Box.enrol(backend.bus, claim);
    const box = new Box(backend.bus, deviceId, secret);
    await backend.admin.post(`/api/v1/controllers/${deviceId}/confirm`, {});
    const { channels } = await box.connect(keys.map((key, alias) => devicePoint(alias, key, { intervalMs })));
    const byAlias = new Map(channels.map(({ alias, channelId }) => [alias, channelId]));
    const made = new LivePlace(backend, clock, place, box, keys.map((_, alias) => byAlias.get(alias) ?? 0));
    await made.lease('1 hour');
    return made;
  }

  get pointIds(): string[] {
    return Object.values(this.place.points);
  }

  /** Moves the end of the session's lease, as renewals do, without telling anybody. */
  async lease(length: string): Promise<void> {
    await this.backend.database.query(`UPDATE controller_sessions SET lease_until = now() + $2::interval WHERE controller_id = $1`, [this.box.deviceId, length]);
    await this.backend.database.query(`UPDATE gateways SET lease_until = now() + interval '1 hour'`);
  }

  /** Reports values by point number, as one frame. */
  async report(values: Record<number, number>, at = this.clock.now()): Promise<void> {
    this.#seq += 1;
    const rows = Object.entries(values).map(([index, value]): [number, number, number, number, number] => [this.channels[Number(index)] ?? 0, at, this.clock.now(), value, 0]);
    const frames = [{ streamId: 'main', seq: this.#seq, lane: 0 as const, rows }];
    await this.backend.bus.request('ingest.<shard>', { ...this.box.ref, frames }, { to: shardOf(this.box.deviceId) });
  }
}

/** What a console knows after a snapshot and its deltas: values and qualities by point. */
export function fold(snapshot: unknown, deltas: readonly { data: unknown }[]): Map<string, [value: number | null, quality: string]> {
  const known = new Map<string, [number | null, string]>();
  for (const data of [snapshot, ...deltas.map((delta) => delta.data)]) {
    for (const [id, value, quality] of (data as FloorData).values as LiveValue[]) known.set(id, [value, quality]);
  }
  return known;
}
