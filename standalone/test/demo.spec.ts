import { alarmDetail, alarmJournalResponse, controller, page, point, tokenResponse, type Controller } from '@cupola/contracts';
import { DEMO_ACCOUNT } from '@cupola/backend';
import { DEMO_TIME_ZONE } from '@cupola/simulator';
import { waitFor } from '@cupola/testing';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type Installation, newInstallation, run } from './scene.js';

const PASSWORD = 'a password for this spec';
const AT_LENGTH = { timeoutMs: 240_000, intervalMs: 500 };
const DEMO = { CUPOLA_DEMO: 'on', CUPOLA_DEMO_FAULTS: 'off', CUPOLA_ADMIN_PASSWORD: PASSWORD };

async function reader({ port }: Installation): Promise<<T>(path: string, schema: z.ZodType<T>) => Promise<T>> {
  const url = `http://127.0.0.1:${port}`;
  const login = await fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ username: 'admin', password: PASSWORD }) });
  const { accessToken } = tokenResponse.parse(await login.json());
  return async (path, schema) => schema.parse(await (await fetch(url + path, { headers: { authorization: `Bearer ${accessToken}` } })).json());
}

type Read = Awaited<ReturnType<typeof reader>>;

const controllersOf = async (read: Read): Promise<Controller[]> => (await read('/api/v1/controllers?limit=1000', page(controller))).items;
const idsOf = (controllers: readonly Controller[]) => controllers.map(({ id, name }) => `${name} ${id}`).sort();

/** Every controller is there and every zone of floor 3 has a temperature that is fresh. */
async function isAlive(read: Read): Promise<boolean> {
  const controllers = await controllersOf(read);
  if (controllers.length < 115 || controllers.some(({ link }) => link !== 'online')) return false;
  const { items } = await read('/api/v1/points?search=VAV-3&limit=1000', page(point));
  const temperatures = items.filter(({ label }) => label === 'Zone temperature');
  return temperatures.length > 8 && temperatures.every(({ quality, value }) => quality === 'GOOD' && value !== null && value > 15 && value < 30);
}

/** The demo's process, by its parent and program. */
async function demoOf(parent: number): Promise<number | undefined> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (new RegExp(`^PPid:\\s${parent}$`, 'm').test(status) && command.includes('simulator/dist/demo/main.js')) return Number(pid);
  }
  return undefined;
}

describe('the demo building', () => {
  it('has its site in its own time zone', () => expect(DEMO_ACCOUNT.site.timeZone).toBe(DEMO_TIME_ZONE));

  it('comes alive at the first start, survives being killed, and is the same after a restart', { timeout: 600_000 }, async () => {
    const place = await newInstallation();
    const first = run(place, DEMO);
    await first.ready();
    const read = await reader(place);
    await waitFor(() => isAlive(read), AT_LENGTH);
    const known = idsOf(await controllersOf(read));
    expect(new Set(known).size).toBe(known.length);
    const secrets = await readdir(join(place.dataDir, 'demo'), { recursive: true, withFileTypes: true });
    for (const file of secrets.filter((entry) => entry.isFile())) expect((await stat(join(file.parentPath, file.name))).mode & 0o077).toBe(0);

    const killed = await demoOf(first.child.pid ?? 0);
    process.kill(killed ?? 0, 'SIGKILL');
    await waitFor(() => first.output().includes('demo: ended (SIGKILL)'), AT_LENGTH);
    await waitFor(async () => ![undefined, killed].includes(await demoOf(first.child.pid ?? 0)), AT_LENGTH);
    await waitFor(() => first.output().split('Cupola House lives').length === 3, AT_LENGTH);
    await waitFor(() => isAlive(read), AT_LENGTH);
    expect(idsOf(await controllersOf(read))).toEqual(known);

    // Nobody is told of a loss by a restart, but that the gateway was away.
    const { head } = await read('/api/v1/alarms/journal?limit=1', alarmJournalResponse);
    first.child.kill('SIGTERM');
    expect(await first.ended()).toBe(0);
    const second = run(place, DEMO);
    await second.ready();
    const again = await reader(place);
    await waitFor(() => second.output().includes('Cupola House lives'), AT_LENGTH);
    await waitFor(() => isAlive(again), AT_LENGTH);
    expect(idsOf(await controllersOf(again))).toEqual(known);
    expect(second.output()).not.toContain('registering');
    const { items } = await again(`/api/v1/alarms/journal?after=${head}&limit=1000`, alarmJournalResponse);
    const raised = items.filter(({ fact }) => fact === 'ACTIVATED').map(({ alarmId }) => alarmId);
    const names = await Promise.all(raised.map(async (id) => (await again(`/api/v1/alarms/${id}`, alarmDetail)).definition.name));
    expect([[], ['Gateway lost']]).toContainEqual(names);
  });
});
