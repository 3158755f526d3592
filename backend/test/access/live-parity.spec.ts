import { topic } from '@cupola/contracts';
import { isAllowed, isAllowedSomewhere, type Permission, type ResolvedGrant, ROLES } from '@cupola/domain';
import { waitFor } from '@cupola/testing';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIVE_EVENTS, LIVE_TOPICS } from '../../src/live/live-events.js';
import { type ApiClient, EVERYWHERE, type Scope, startBackend, type TestBackend } from '../harness.js';

interface Reply {
  ok: boolean;
  error?: { code: string };
}

let backend: TestBackend;
const ids: Record<string, string> = {};
const open = new Set<Socket>();

beforeAll(async () => {
  backend = await startBackend();
  const insert = async (name: string, sql: string, ...params: unknown[]) => {
    const [row] = await backend.database.query<{ id: string }>(`${sql} RETURNING id`, params);
    ids[name] = row?.id ?? '';
  };
  const floor = 'INSERT INTO floors (building_id, level, name) VALUES ($1, $2, $3)';
  const point = `INSERT INTO points (building_id, floor_id, key, label, kind, function) VALUES ($1, $2, $3, $3, 'analog', 'sensor')`;
  await insert('site', `INSERT INTO sites (name, time_zone) VALUES ('Campus', 'UTC')`);
  await insert('building', `INSERT INTO buildings (site_id, name, unit_system) VALUES ($1, 'Library', 'metric')`, ids['site']);
  await insert('otherBuilding', `INSERT INTO buildings (site_id, name, unit_system) VALUES ($1, 'Archive', 'metric')`, ids['site']);
  await insert('ground', floor, ids['building'], 0, 'Ground');
  await insert('first', floor, ids['building'], 1, 'First');
  await insert('groundPoint', point, ids['building'], ids['ground'], 'a');
  await insert('firstPoint', point, ids['building'], ids['first'], 'b');
  await insert('plantPoint', point, ids['building'], null, 'c');
});
afterAll(async () => {
  for (const socket of open) socket.disconnect();
  await backend.close();
});

async function connect(client: ApiClient): Promise<Socket> {
  const { body } = await client.post<{ ticket: string }>('/api/v1/auth/tickets');
  const socket = io(backend.url, {
    ...{ path: '/live', transports: ['websocket'], reconnection: false, forceNew: true },
    ...{ auth: { ticket: body.ticket }, extraHeaders: { origin: backend.url } },
  });
  open.add(socket);
  await new Promise((resolve, reject) => {
    socket.on('welcome', resolve);
    socket.on('connect_error', reject);
  });
  return socket;
}

let subscriptions = 0;
async function subscribe(socket: Socket, to: string): Promise<Reply> {
  subscriptions += 1;
  return (await socket.timeout(5_000).emitWithAck('subscribe', { id: `s${subscriptions}`, topic: to })) as Reply;
}

const outcomeOf = ({ ok, error }: Reply) => (ok ? 'shown' : (error?.code ?? 'none'));

/** Topics, and the address that shows the same thing once. */
const PAIRS: [topic: string, address: string][] = [
  ['floor:<ground>', '/api/v1/floors/<ground>'],
  ['floor:<first>', '/api/v1/floors/<first>'],
  ['building:<building>', '/api/v1/buildings/<building>/plant'],
  ['building:<otherBuilding>', '/api/v1/buildings/<otherBuilding>/plant'],
  ['point:<groundPoint>', '/api/v1/points/<groundPoint>'],
  ['point:<firstPoint>', '/api/v1/points/<firstPoint>'],
  ['point:<plantPoint>', '/api/v1/points/<plantPoint>'],
  ['floor:00000000-0000-4000-8000-000000000000', '/api/v1/floors/00000000-0000-4000-8000-000000000000'],
  ['point:00000000-0000-4000-8000-000000000000', '/api/v1/points/00000000-0000-4000-8000-000000000000'],
  ['controllers', '/api/v1/controllers'],
];
const withIds = (text: string) => text.replaceAll(/<(\w+)>/g, (_match, name: string) => ids[name] ?? '');

describe('a socket', () => {
  const scopes: [string, () => Scope][] = [
    ['everywhere', () => EVERYWHERE],
    ['the site', () => ({ scope: 'site', scopeId: ids['site'] ?? '' })],
    ['the building', () => ({ scope: 'building', scopeId: ids['building'] ?? '' })],
    ['one floor', () => ({ scope: 'floor', scopeId: ids['ground'] ?? '' })],
    ['another building', () => ({ scope: 'building', scopeId: ids['otherBuilding'] ?? '' })],
  ];

  it.each(scopes)('shows a reader of %s exactly what REST shows', async (_name, scope) => {
    const client = await backend.user('viewer', scope());
    const socket = await connect(client);
    const differences: string[] = [];
    for (const [to, address] of PAIRS) {
      const live = outcomeOf(await subscribe(socket, withIds(to)));
      const answer = await client.get(withIds(address));
      const rest = answer.status === 200 ? 'shown' : answer.body.code;
      if ((live === 'shown') !== (rest === 'shown')) differences.push(`${to}: socket ${live}, REST ${rest}`);
    }
    expect(differences).toEqual([]);
    socket.disconnect();
  });

  it('shows somebody without any role nothing', async () => {
    const bare = await backend.user('viewer');
    const { body: me } = await bare.get<{ id: string }>('/api/v1/auth/me');
    await backend.admin.patch(`/api/v1/users/${me.id}`, { grants: [] });
    const socket = await connect(bare);
    for (const [to] of PAIRS) expect((await subscribe(socket, withIds(to))).ok, to).toBe(false);
    expect((await subscribe(socket, 'commands')).ok).toBe(false);
    socket.disconnect();
  });

  it.each(ROLES)('decides for a %s by the one table', async (role) => {
    const grants: ResolvedGrant[] = [
      { role, scope: 'floor', siteId: ids['site'] ?? '', buildingId: ids['building'] ?? '', floorId: ids['ground'] ?? '' },
    ];
    const socket = await connect(await backend.user(role, { scope: 'floor', scopeId: ids['ground'] ?? '' }));
    const at = (floorId: string | null) => ({ siteId: ids['site'] ?? '', buildingId: ids['building'] ?? '', floorId });
    const expected: [string, Permission, boolean][] = [
      ['floor:<ground>', LIVE_TOPICS.floor, isAllowed(grants, LIVE_TOPICS.floor, at(ids['ground'] ?? ''))],
      ['floor:<first>', LIVE_TOPICS.floor, isAllowed(grants, LIVE_TOPICS.floor, at(ids['first'] ?? ''))],
      ['building:<building>', LIVE_TOPICS.building, isAllowed(grants, LIVE_TOPICS.building, at(null))],
      ['point:<groundPoint>', LIVE_TOPICS.point, isAllowed(grants, LIVE_TOPICS.point, at(ids['ground'] ?? ''))],
      ['controllers', LIVE_TOPICS.controllers, isAllowedSomewhere(grants, LIVE_TOPICS.controllers)],
      ['commands', LIVE_TOPICS.commands, isAllowedSomewhere(grants, LIVE_TOPICS.commands)],
    ];
    for (const [to, permission, allowed] of expected) expect({ to, permission, ok: (await subscribe(socket, withIds(to))).ok }).toEqual({ to, permission, ok: allowed });
    socket.disconnect();
  });

  it('knows a permission for every kind of topic that the contract allows, or refuses the topic', async () => {
    const kinds = ['alarms', 'commands', 'controllers', 'floor', 'point', 'building'];
    const contract = kinds.filter((kind) => topic.safeParse(kind).success || topic.safeParse(`${kind}:${ids['ground']}`).success);
    expect(contract).toEqual(kinds);
    expect(Object.keys(LIVE_TOPICS).filter((kind) => !kinds.includes(kind))).toEqual([]);
    const socket = await connect(backend.admin);
    for (const kind of kinds.filter((name) => !Object.hasOwn(LIVE_TOPICS, name))) {
      expect(outcomeOf(await subscribe(socket, kind)), kind).toBe('TOPIC_UNKNOWN');
    }
    for (const odd of ['users', 'floor', 'floor:x', 'constructor', `site:${ids['site']}`, `__proto__:${ids['site']}`]) {
      expect((await subscribe(socket, odd)).ok, odd).toBe(false);
    }
    socket.disconnect();
  });

  it('answers the declared events and no other', async () => {
    const socket = await connect(backend.admin);
    const answered: string[] = [];
    for (const event of ['write', 'publish', 'admin', 'login', 'message', 'constructor', ...Object.keys(LIVE_EVENTS)]) {
      socket.emit(event, {}, () => answered.push(event));
    }
    // The server answers one socket in order: once this came back, everything before it was handled.
    await waitFor(() => Object.keys(LIVE_EVENTS).every((event) => answered.includes(event)));
    await socket.emitWithAck('echo', Date.now());
    expect(answered.sort()).toEqual(Object.keys(LIVE_EVENTS).sort());
    socket.disconnect();
  });
});

describe('an open socket', () => {
  const endings: [string, (client: ApiClient, id: string) => Promise<unknown>][] = [
    ['logs out', (client) => client.post('/api/v1/auth/logout')],
    ['is disabled', (_client, id) => backend.admin.patch(`/api/v1/users/${id}`, { disabled: true })],
    ['gets another password', (_client, id) => backend.admin.post(`/api/v1/users/${id}/password`, { password: 'quite another password' })],
  ];

  it.each(endings)('is closed within two seconds when its user %s', async (_name, end) => {
    const client = await backend.user('operator');
    const { body: me } = await client.get<{ id: string }>('/api/v1/auth/me');
    const socket = await connect(client);
    const bystander = await connect(backend.admin);
    await end(client, me.id);
    await waitFor(() => socket.disconnected);
    expect(bystander.connected).toBe(true);
    bystander.disconnect();
  });

  it('loses what its user may no longer read', async () => {
    const client = await backend.user('viewer');
    const { body: me } = await client.get<{ id: string }>('/api/v1/auth/me');
    const socket = await connect(client);
    expect((await subscribe(socket, withIds('floor:<ground>'))).ok).toBe(true);
    const resyncs: unknown[] = [];
    socket.on('resync', (message: unknown) => resyncs.push(message));
    await backend.admin.patch(`/api/v1/users/${me.id}`, { grants: [{ role: 'viewer', scope: 'floor', scopeId: ids['first'] }] });
    await waitFor(() => socket.disconnected || resyncs.length > 0);
    if (socket.connected) expect((await subscribe(socket, withIds('floor:<ground>'))).ok).toBe(false);
    socket.disconnect();
  });
});
