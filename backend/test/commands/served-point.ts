import type { Command, PointDetail } from '@cupola/contracts';
import type { CommandState } from '@cupola/domain';
import { type FakeClock, waitFor } from '@cupola/testing';
import type { TestBackend } from '../harness.js';
import { Box, devicePoint, register } from '../devices/box.js';
import { makePlace, type TestPlace } from '../devices/place.js';
import { ScriptedHost } from './scripted-host.js';

export const HOUR = 3_600_000;

/** A writable setpoint, 15 to 30 degC in steps of 0.5, with its controller online and its host behind the bus. */
export interface ServedPoint {
  place: TestPlace;
  pointId: string;
  box: Box;
  host: ScriptedHost;
  /** `POST .../overrides` as the administrator. */
  override(value: number, more?: Record<string, unknown>, headers?: Record<string, string>): Promise<{ status: number; body: Command & { code: string } }>;
  release(reason?: string): Promise<{ status: number; body: Command & { code: string } }>;
  /** Waits until the command is in that state. */
  reaches(id: string, state: CommandState): Promise<Command>;
  intent(): Promise<{ value: number; command_id: string } | undefined>;
  slots(): Promise<PointDetail>;
  stop(): Promise<void>;
}

let served = 0;

/** What serving a point needs of a backend. */
export type Served = Pick<TestBackend, 'admin' | 'bus' | 'database'>;

export async function servePoint(backend: Served, clock: FakeClock, options: { writable?: boolean; kind?: 'analog' | 'binary' } = {}): Promise<ServedPoint> {
  served += 1;
  const key = `setpoint-${served}`;
  const gatewayId = `gateway-${served}`;
  const { writable = true, kind = 'analog' } = options;
  const range = kind === 'analog' ? { min: 15, max: 30, resolution: 0.5 } : {};
  const reported = kind === 'analog' ? { min: 10, max: 28 } : { unit: undefined };
  const place = await makePlace(backend.database, [{ key, kind, writable, ...range }]);
  const pointId = place.points[key] ?? '';
  const { claim } = await register(backend.admin, place, { equipment: place.equipmentId });
  const enrolled = await Box.enrol(backend.bus, claim);
  const box = new Box(backend.bus, enrolled.deviceId, enrolled.secret, gatewayId);
  await backend.admin.post(`/api/v1/controllers/${box.deviceId}/confirm`, {});
  await box.connect([devicePoint(1, key, { kind, writable: true, relinquishDefault: 21, ...reported })]);
  const host = await new ScriptedHost(backend.bus, key, () => clock.now()).start(gatewayId);
  const send = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await backend.admin.send<Command & { code: string }>('POST', `/api/v1/points/${pointId}/overrides${path}`, body, headers);
    return { status: answer.status, body: answer.body };
  };
  return {
    ...{ place, pointId, box, host },
    override: (value, more = {}, headers = {}) => send('', { value, durationMs: HOUR, reason: 'too cold', ...more }, headers),
    release: (reason = 'warm again') => send('/release', { reason }),
    reaches: (id, state) => reaches(backend, id, state),
    async intent() {
      const [row] = await backend.database.query<{ value: number; command_id: string }>('SELECT value, command_id FROM intents WHERE point_id = $1', [pointId]);
      return row;
    },
    slots: async () => (await backend.admin.get<PointDetail>(`/api/v1/points/${pointId}`)).body,
    stop: () => host.stop(),
  };
}

async function reaches(backend: Served, id: string, state: CommandState): Promise<Command> {
  return waitFor(async () => {
    const { body } = await backend.admin.get<Command>(`/api/v1/commands/${id}`);
    if (body.state !== state) throw new Error(`The command is ${body.state}: ${body.code} ${body.detail}`);
    return body;
  });
}
