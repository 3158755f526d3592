import { request } from 'node:https';
import { Certificates, type TestCertificate } from '@cupola/testing';
import { expect, it } from 'vitest';
import { afterwards } from '../scene.js';
import { House } from './house.js';

interface Answer {
  readonly status: number;
  readonly body: Record<string, string>;
}

/** Asks the gateway over TLS, with a client certificate or none. An accepted upgrade has status 101. */
function asker(gateway: string, server: TestCertificate) {
  return (client: TestCertificate | null, method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const identity = client === null ? {} : { cert: client.cert, key: client.key };
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const asked = request(`${gateway}/device/v1/${path}`, { method, agent: false, ca: server.cert, ...identity, headers: { ...type, ...headers } });
      asked.on('upgrade', (_, socket) => resolve((socket.destroy(), { status: 101, body: {} })));
      asked.on('response', (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: (text === '' ? {} : JSON.parse(text)) as Record<string, string> }));
      });
      asked.on('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

it('a key that was pinned at the claim is asked for at every door, of the gateway that sees it and the backend that knows it', async () => {
  const files = await Certificates.open();
  afterwards(() => files.remove());
  const [server, box, stranger] = await Promise.all([files.make('gateway'), files.make('box'), files.make('stranger')]);
  const renewed = await files.make('box', box);
  const house = await House.open(0);
  const settings = { CUPOLA_GATEWAY_TLS_CERT: server.certFile, CUPOLA_GATEWAY_TLS_KEY: server.keyFile, CUPOLA_GATEWAY_CLIENT_KEYS: 'optional' };
  const gateway = await house.addGateway(house.bus, settings);
  const ask = asker(gateway.url, server);
  const { claim, controllerId } = await house.register();
  const { status, body: credential } = await ask(box, 'POST', 'enrol', {}, { slot: claim.slot, claimCode: claim.claimCode, serial: 'SN-1' });
  expect(status).toBe(201);
  await house.console.post(`/controllers/${controllerId}/confirm`);

  const basic = { authorization: `Basic ${btoa(`${credential['deviceId']}:${credential['secret']}`)}` };
  const ticket = (client: TestCertificate | null, audience = 'session') => ask(client, 'POST', 'tickets', basic, { protocols: ['cupola.v1.json'], bootId: 'b', audience });
  for (const client of [null, stranger]) expect(await ticket(client)).toMatchObject({ status: 401, body: { code: 'CREDENTIAL_REFUSED' } });

  const opened = await ticket(box);
  const protocol = `cupola.v1.json, ticket.${opened.body['ticket']}`;
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-protocol': protocol };
  for (const client of [null, stranger]) expect(await ask(client, 'GET', 'session', upgrade)).toMatchObject({ status: 401 });
  expect(await house.query('SELECT FROM controller_sessions WHERE controller_id = $1', [controllerId])).toEqual([]);
  expect(await ask(renewed, 'GET', 'session', upgrade)).toMatchObject({ status: 101 });
  expect(await house.query('SELECT FROM controller_sessions WHERE controller_id = $1', [controllerId])).toHaveLength(1);

  const list = { authorization: `Ticket ${(await ticket(box, 'points')).body['ticket']}` };
  for (const client of [null, stranger]) expect(await ask(client, 'PUT', 'points', list, { points: [] })).toMatchObject({ status: 401 });
  expect(await ask(box, 'PUT', 'points', list, { points: [] })).toMatchObject({ status: 200 });
});
