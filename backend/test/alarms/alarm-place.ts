import type { Alarm, AlarmDefinition, AlarmDetail, AlarmJournalLine, IngestRow } from '@cupola/contracts';
import { shardOf } from '@cupola/domain';
import type { MessageBus } from '@cupola/messaging';
import { type FakeClock, waitFor } from '@cupola/testing';
import type { Database } from '../../src/database/database.js';
import type { ApiClient } from '../harness.js';
import { Box, devicePoint, register } from '../devices/box.js';
import { makePlace, type TestPlace } from '../devices/place.js';

export const TEMPERATURE = 'Zone_Air_Temperature_Sensor';
export const SETPOINT = 'Zone_Air_Temperature_Setpoint';

/** What a place needs of a backend; after a restart it is another one. */
export interface Around {
  admin: ApiClient;
  bus: MessageBus;
  database: Database;
}

export type Key = 'temperature' | 'setpoint' | 'fan';

let places = 0;

/** A VAV whose temperature, setpoint and fan are served by one connected, confirmed controller. */
export class AlarmPlace {
  #seq = 0;

  private constructor(
    public around: Around,
    readonly clock: FakeClock,
    readonly place: TestPlace,
    readonly box: Box,
    private readonly channels: ReadonlyMap<string, number>,
  ) {}

  static async make(around: Around, clock: FakeClock, gatewayId = `gateway-${(places += 1)}`): Promise<AlarmPlace> {
    const place = await makePlace(around.database, [{ key: 'temperature' }, { key: 'setpoint' }, { key: 'fan', kind: 'binary' }]);
    await around.database.query(
      `UPDATE points SET brick_class = CASE key WHEN 'temperature' THEN $2 WHEN 'setpoint' THEN $3 ELSE 'Fan_Status' END WHERE building_id = $1`,
      [place.buildingId, TEMPERATURE, SETPOINT],
    );
    const { claim } = await register(around.admin, place, { equipment: place.equipmentId });
    const enrolled = await Box.enrol(around.bus, claim);
    const box = new Box(around.bus, enrolled.deviceId, enrolled.secret, gatewayId);
    await around.admin.post(`/api/v1/controllers/${box.deviceId}/confirm`, {});
    const { channels } = await box.connect([devicePoint(1, 'temperature'), devicePoint(2, 'setpoint'), { alias: 3, key: 'fan', kind: 'binary', writable: false }]);
    const made = new AlarmPlace(around, clock, place, box, new Map(channels.map(({ key, channelId }) => [key, channelId])));
    await made.lease('1 hour');
    return made;
  }

  point(key: Key): string {
    return this.place.points[key] ?? '';
  }

  /** Moves the end of the session's and its gateway's lease. */
  async lease(length: string): Promise<void> {
    await this.around.database.query(`UPDATE controller_sessions SET lease_until = now() + $2::interval WHERE controller_id = $1 AND ended_at IS NULL`, [
      this.box.deviceId,
      length,
    ]);
    await this.around.database.query(
      `INSERT INTO gateways (id, lease_until) VALUES ($1, now() + $2::interval) ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until`,
      [this.box.gatewayId, length],
    );
  }

  /** Reports one value of each key as one frame. `stored`: packed quality. */
  report(values: Partial<Record<Key, number | null>>, { at = this.clock.now(), stored = 0, lane = 0 as 0 | 1 } = {}): Promise<void> {
    return this.send(
      Object.entries(values).map(([key, value]): IngestRow => [this.channels.get(key) ?? 0, at, this.clock.now(), value, stored]),
      lane,
    );
  }

  /** Reports temperatures with their source times as one frame of the backfill lane. */
  async backfill(samples: readonly [at: number, value: number][]): Promise<void> {
    await this.send(samples.map(([at, value]): IngestRow => [this.channels.get('temperature') ?? 0, at, this.clock.now(), value, 0]), 1);
  }

  async define(more: Record<string, unknown> = {}): Promise<AlarmDefinition> {
    const answer = await this.tryDefine(more);
    if (answer.status !== 201) throw new Error(`The definition was refused: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** HI 24 of the temperature, unless `more` says otherwise. */
  tryDefine(more: Record<string, unknown> = {}) {
    const body = { target: { kind: 'point', point: this.point('temperature') }, name: 'Too warm', condition: 'HI', limit: 24, priority: 3, ...more };
    return this.around.admin.post<AlarmDefinition & { code: string }>('/api/v1/alarm-definitions', body);
  }

  /** A definition that every site is made with. */
  async ofControllers(condition: 'COMM_LOSS' | 'IDENTITY'): Promise<AlarmDefinition> {
    const { body } = await this.around.admin.get<{ items: AlarmDefinition[] }>('/api/v1/alarm-definitions');
    const found = body.items.find((each) => each.condition === condition && each.target.kind === 'controllers' && each.target.site === this.place.siteId);
    if (!found) throw new Error(`The site has no definition of ${condition}.`);
    return found;
  }

  /** The stored alarm of a definition; undefined when there is none (any more). */
  async alarmOf({ id }: { id: string }): Promise<{ id: string; state: string; active: boolean; acked: boolean; occurrence: number } | undefined> {
    const [row] = await this.around.database.query<{ id: string; state: string; active: boolean; acked: boolean; occurrence: number }>(
      'SELECT id, state, active, acked, occurrence FROM alarms WHERE definition_id = $1',
      [id],
    );
    return row;
  }

  async state(definition: { id: string }): Promise<string | undefined> {
    return (await this.alarmOf(definition))?.state;
  }

  /** Waits for the state, and shows the alarm as REST does. */
  async reaches(definition: { id: string }, state: string): Promise<AlarmDetail> {
    const alarm = await waitFor(async () => {
      const found = await this.alarmOf(definition);
      if (found?.state !== state) throw new Error(`The alarm is ${found?.state}`);
      return found;
    });
    return (await this.around.admin.get<AlarmDetail>(`/api/v1/alarms/${alarm.id}`)).body;
  }

  async shown(api = this.around.admin): Promise<Alarm[]> {
    return (await api.get<{ items: Alarm[] }>('/api/v1/alarms')).body.items;
  }

  async facts(alarmId: string): Promise<string[]> {
    return (await this.journal(alarmId)).map(({ fact }) => fact);
  }

  async journal(alarmId: string): Promise<AlarmJournalLine[]> {
    return (await this.around.admin.get<{ items: AlarmJournalLine[] }>(`/api/v1/alarms/journal?alarm=${alarmId}`)).body.items;
  }

  private async send(rows: IngestRow[], lane: 0 | 1): Promise<void> {
    this.#seq += 1;
    const frames = [{ streamId: 'main', seq: this.#seq, lane, rows }];
    await this.around.bus.request('ingest.<shard>', { ...this.box.ref, frames }, { to: shardOf(this.box.deviceId) });
  }
}
