import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Claim, type Command, type Controller as RegisteredController, type Point, type PointDetail, type SiteTree } from '@cupola/contracts';
import { createController, enrol, memoryCredentials, type Controller } from '@cupola/device-client';
import { createDatabase, freePort, waitFor } from '@cupola/testing';
import { beforeAll, expect, it } from 'vitest';
import { afterwards, isHealthy, newInstallation, PATIENTLY } from './scene.js';

const PASSWORD = 'correct horse battery staple';
const MODEL = `
@prefix brick: <https://brickschema.org/schema/Brick#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <http://example.org/apart#> .
ex:house a brick:Building ; rdfs:label "Mill" ; brick:hasPart ex:floor1 .
ex:floor1 a brick:Floor ; rdfs:label "Floor 1" ; brick:hasPart ex:room .
ex:room a brick:Room ; rdfs:label "101" .
ex:zone a brick:HVAC_Zone ; rdfs:label "101" ; brick:hasPart ex:room .
ex:VAV a brick:VAV ; rdfs:label "VAV 101" ; brick:feeds ex:zone ; brick:hasPoint ex:VAV.Zone_Air_Temp, ex:VAV.Zone_Air_Temp_Setpoint .
ex:VAV.Zone_Air_Temp a brick:Zone_Air_Temperature_Sensor .
ex:VAV.Zone_Air_Temp_Setpoint a brick:Zone_Air_Temperature_Setpoint .
`;

let natsServer = '';

beforeAll(() => {
  const found = ['nats-server', '/usr/sbin/nats-server'].find((program) => spawnSync(program, ['--version']).status === 0);
  if (found === undefined) throw new Error('nats-server was not found: install it (Debian: apt-get install nats-server).');
  natsServer = found;
});

/** Both programs as processes of their own, with a bus and a database between them. */
async function startApart(): Promise<{ url: string; gatewayUrl: string }> {
  const [{ dataDir, port, gatewayPort }, natsPort, database] = [await newInstallation(), await freePort(), await createDatabase()];
  afterwards(() => database.drop());
  launch(natsServer, ['-a', '127.0.0.1', '-p', String(natsPort)]);
  const env = {
    NATS_URL: `nats://127.0.0.1:${natsPort}`,
    DATABASE_URL: database.url,
    CUPOLA_DATA_DIR: dataDir,
    CUPOLA_ADMIN_PASSWORD: PASSWORD,
    CUPOLA_PORT: String(port),
    CUPOLA_GATEWAY_PORT: String(gatewayPort),
  };
  await waitFor(() => canConnect(natsPort));
  for (const program of ['backend', 'device-gateway']) launch(process.execPath, [fileURLToPath(new URL(`../../${program}/dist/main.js`, import.meta.url))], env);
  await waitFor(async () => (await isHealthy(port)) && isHealthy(gatewayPort), PATIENTLY);
  return { url: `http://127.0.0.1:${port}`, gatewayUrl: `http://127.0.0.1:${gatewayPort}` };
}

function launch(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(program, args, { cwd: tmpdir(), env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'ignore', program === natsServer ? 'ignore' : 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  afterwards(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return child;
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

type Ask = <T>(method: string, path: string, body?: unknown) => Promise<T>;

async function logIn(url: string): Promise<Ask> {
  const login = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  });
  const { accessToken } = (await login.json()) as { accessToken: string };
  return async <T>(method: string, path: string, body?: unknown) => {
    const isText = typeof body === 'string';
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, ...(body === undefined ? {} : { 'content-type': isText ? 'text/turtle' : 'application/json' }) },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  };
}

/** A registered, claimed, enrolled and confirmed controller of the model's one VAV box. It forgets everything but its identity when it is booted again. */
async function bringOnline(ask: Ask, gatewayUrl: string, [temperature, setpoint]: readonly Point[]): Promise<() => Promise<Controller>> {
  const site = (await ask<{ items: SiteTree[] }>('GET', '/sites')).items[0];
  const { controller, claim } = await ask<{ controller: RegisteredController; claim: Claim }>('POST', '/controllers', {
    ...{ name: 'VAV 101', type: 'vav', site: site?.id, building: temperature?.building.id, equipment: temperature?.equipment?.id },
  });
  const credential = await enrol(gatewayUrl, { slot: claim.slot, claimCode: claim.claimCode, serial: 'SN-1' });
  const boot = async () => {
    let stored = 21;
    const device = createController({
      gateway: gatewayUrl,
      credentials: memoryCredentials(credential),
      points: [
        { key: temperature?.key ?? '', kind: 'analog', unit: temperature?.unit ?? '' },
        { key: setpoint?.key ?? '', kind: 'analog', unit: setpoint?.unit ?? '', writable: true, relinquishDefault: 21 },
      ],
      onWrite: ({ value }) => void (stored = value),
      onRead: () => stored,
    });
    afterwards(() => device.stop());
    await device.start();
    await waitFor(() => device.state.link === 'online' || device.state.link === 'pending', PATIENTLY);
    return device;
  };
  await (await boot()).stop();
  await ask('POST', `/controllers/${controller.id}/confirm`, {});
  return boot;
}

it('carries samples to history and an override to the controller over NATS, and once more to one that forgot it', async () => {
  const { url, gatewayUrl } = await startApart();
  const ask = await logIn(url);
  const report = await ask<{ id: string }>('POST', '/imports?site=Campus&unitSystem=metric', MODEL);
  await ask('POST', `/imports/${report.id}/apply`);
  const points = (await ask<{ items: Point[] }>('GET', '/points')).items.toSorted((a, b) => a.key.length - b.key.length);
  const boot = await bringOnline(ask, gatewayUrl, points);
  const device = await boot();
  const [temperature, setpoint] = points;

  device.report(temperature?.key ?? '', 20.5);
  const history = await waitFor(async () => {
    const { samples } = await ask<{ samples: [string, number, string][] }>('GET', `/points/${temperature?.id}/samples`);
    return samples.length > 0 && samples;
  }, PATIENTLY);
  expect(history).toEqual([[expect.any(String), 20.5, 'GOOD']]);

  const { id } = await ask<Command>('POST', `/points/${setpoint?.id}/overrides`, { value: 19, durationMs: 600_000, reason: 'a cooler night' });
  const done = await waitFor(async () => {
    const { commands } = await ask<PointDetail>('GET', `/points/${setpoint?.id}`);
    return commands.find((command) => command.id === id && command.state === 'EFFECTIVE');
  }, PATIENTLY);
  expect(done).toMatchObject({ storedValue: 19, readbackValue: 19 });

  await device.stop();
  const again = await boot();
  const [held] = await waitFor(() => (again.hosted[0]?.slots.length === 1 ? again.hosted[0].slots : null), PATIENTLY);
  expect(held).toMatchObject({ level: 8, value: 19, commandId: id });
  expect(held?.remainingMs).toBeLessThanOrEqual(600_000);
  // What it holds is told, and the server still counts the override as in force.
  again.report(temperature?.key ?? '', 20.6);
  await waitFor(() => again.unacknowledged === 0, PATIENTLY);
  const { commands, slots } = await ask<PointDetail>('GET', `/points/${setpoint?.id}`);
  expect(commands.find((command) => command.id === id)).toMatchObject({ state: 'EFFECTIVE', fact: null });
  expect(slots.find(({ level }) => level === 8)).toMatchObject({ intent: { value: 19, commandId: id }, reported: { value: 19, commandId: id } });
});
