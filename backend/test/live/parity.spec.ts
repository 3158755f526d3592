import { isAllowedSomewhere, PERMISSIONS, type Permission, type ResolvedGrant, ROLES } from '@cupola/domain';
import { FakeClock } from '@cupola/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LIVE_EVENTS, LIVE_TOPICS } from '../../src/live/live-events.js';
import { startBackend, type TestBackend } from '../harness.js';
import { eventually, LiveClient } from './live-client.js';
import { LivePlace } from './live-place.js';

const clock = new FakeClock(Date.now());
let backend: TestBackend;
let floor: LivePlace;
const clients: LiveClient[] = [];
beforeAll(async () => {
  backend = await startBackend({ clock });
  floor = await LivePlace.make(backend, clock, 1);
});
afterEach(() => clients.splice(0).forEach((client) => client.close()));
afterAll(() => backend.close());

const everywhere = (role: (typeof ROLES)[number]): ResolvedGrant[] => [{ role, scope: 'all', siteId: null, buildingId: null, floorId: null }];

describe('every socket event and topic', () => {
  it('names one permission of the table', () => {
    const named: Permission[] = [...Object.values(LIVE_EVENTS), ...Object.values(LIVE_TOPICS)];
    expect(named.filter((permission) => !PERMISSIONS.includes(permission))).toEqual([]);
  });

  it('lets each role through exactly as the table says', async () => {
    const ids: Record<keyof typeof LIVE_TOPICS, string> = {
      ...{ floor: `:${floor.place.floorId}`, building: `:${floor.place.buildingId}`, point: `:${floor.pointIds[0]}` },
      ...{ alarms: '', commands: '', controllers: '' },
    };
    for (const role of ROLES) {
      const client = await LiveClient.connect(await backend.user(role));
      clients.push(client);
      for (const [kind, permission] of Object.entries(LIVE_TOPICS) as [keyof typeof LIVE_TOPICS, Permission][]) {
        expect([role, kind, (await client.subscribe(`${kind}${ids[kind]}`)).ok]).toEqual([role, kind, isAllowedSomewhere(everywhere(role), permission)]);
      }
    }
  });

  it('lets nobody watch anything without a grant', async () => {
    const stranger = await backend.user('viewer');
    const client = await LiveClient.connect(stranger);
    clients.push(client);
    await backend.database.query('DELETE FROM grants WHERE user_id = (SELECT id FROM users WHERE username = $1)', [stranger.username]);
    await eventually(async () => expect(await client.subscribe('controllers')).toMatchObject({ error: { code: 'FORBIDDEN' } }));
    for (const topic of ['commands', `floor:${floor.place.floorId}`, `building:${floor.place.buildingId}`, `point:${floor.pointIds[0]}`]) {
      expect(await client.subscribe(topic)).toMatchObject({ ok: false, error: { code: 'FORBIDDEN' } });
    }
  });

  it('that is not in the table does nothing', async () => {
    const client = await LiveClient.connect(backend.admin);
    clients.push(client);
    const loose = client.socket as unknown as { timeout(ms: number): { emitWithAck(event: string, body: unknown): Promise<unknown> } };
    await expect(loose.timeout(200).emitWithAck('command', { point: floor.pointIds[0], value: 1 })).rejects.toThrow();
    expect(client.isConnected).toBe(true);
  });
});
