import { SUBPROTOCOL } from '@cupola/contracts';
import { X509Certificate } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Certificates, type TestCertificate } from '@cupola/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { pinOf } from '../src/listener/client-key.js';
import { Device } from './device.js';
import { type Harness, type HarnessOptions, startGateway } from './harness.js';
import { type ScriptedController } from './scripted-backend.js';

const quick = { timeout: 30_000, interval: 20 };
const PROXY_SECRET = 'p'.repeat(40);
let files: Certificates;
let server: TestCertificate;
let box: TestCertificate;
let renewed: TestCertificate;
let other: TestCertificate;
let harness: Harness;

beforeAll(async () => {
  files = await Certificates.open();
  [server, box, other] = await Promise.all([files.make('gateway'), files.make('box'), files.make('other')]);
  renewed = await files.make('box', box);
});
afterAll(() => files.remove());
afterEach(() => harness.close());

const start = async (config: HarnessOptions['config'] = {}): Promise<void> => {
  const { certFile, keyFile } = server;
  harness = await startGateway({ config: { tls: { certFile, keyFile, checkEveryMs: 20 }, ...config } });
};
const pin = ({ cert }: TestCertificate) => pinOf(new X509Certificate(cert));
const identityOf = (client: TestCertificate | null) => (client === null ? {} : { cert: client.cert, key: client.key });

interface Asked {
  client?: TestCertificate | null;
  headers?: Record<string, string>;
}

/** Status of a ticket request. */
function ticketStatus({ id, secret }: ScriptedController, { client = null, headers = {} }: Asked): Promise<number> {
  const ask = harness.url.startsWith('https') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = ask(
      `${harness.url}/device/v1/tickets`,
      {
        ...{ method: 'POST', agent: false, ca: server.cert, ...identityOf(client) },
        headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}`, 'content-type': 'application/json', ...headers },
      },
      (response) => resolve((response.resume(), response.statusCode ?? 0)),
    );
    request.on('error', reject);
    request.end(JSON.stringify({ protocols: [SUBPROTOCOL], bootId: 'b' }));
  });
}

/** 101, or the status of the refusal. */
function upgradeStatus(ticket: string, client: TestCertificate | null): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${harness.url.replace('http', 'ws')}/device/v1/session`, [SUBPROTOCOL, `ticket.${ticket}`], { ca: server.cert, ...identityOf(client) });
    socket.on('open', () => resolve((socket.close(), 101)));
    socket.on('unexpected-response', (request, response) => resolve((request.destroy(), response.statusCode ?? 0)));
    socket.on('error', reject);
  });
}

describe('TLS of its own', () => {
  it('carries a whole session, and says https in its address', async () => {
    await start();
    expect(harness.url).toMatch(/^https:\/\/127\.0\.0\.1:/);
    const controller = harness.backend.addController();
    const socket = new WebSocket(`${harness.url.replace('http', 'ws')}/device/v1/session`, [SUBPROTOCOL, `ticket.${harness.backend.issue(controller)}`], { ca: server.cert });
    const device = new Device(socket);
    await vi.waitFor(() => expect(device.isOpen).toBe(true), quick);
    expect((await device.welcomed(controller.id)).status).toBe('accepted');
  });

  it('takes a renewed certificate over while it runs; half of the files leave the old one in force', async () => {
    const live = { certFile: join(files.folder, 'live.pem'), keyFile: join(files.folder, 'live.key') };
    const install = async ({ certFile, keyFile }: TestCertificate) => {
      await copyFile(keyFile, live.keyFile);
      await copyFile(certFile, live.certFile);
    };
    await install(server);
    await start({ tls: { ...live, checkEveryMs: 20 } });
    const presented = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connect({ port: Number(new URL(harness.url).port), rejectUnauthorized: false }, () => {
          resolve(socket.getPeerX509Certificate()?.subject ?? '');
          socket.destroy();
        });
        socket.on('error', reject);
      });
    expect(await presented()).toBe('CN=gateway');
    await copyFile(other.keyFile, live.keyFile);
    await vi.waitFor(() => expect(harness.log.join('')).toContain('the certificate was not renewed'), quick);
    expect(await presented()).toBe('CN=gateway');
    await install(other);
    await vi.waitFor(async () => expect(await presented()).toBe('CN=other'), quick);
  });

  it('is refused at the start with the setting that is wrong', async () => {
    await start();
    const broken = (certFile: string, keyFile: string) => startGateway({ config: { tls: { certFile, keyFile, checkEveryMs: 20 } } });
    await expect(broken('/nowhere.pem', server.keyFile)).rejects.toThrow(/^CUPOLA_GATEWAY_TLS_CERT .* cannot be read \(ENOENT\)\.$/);
    await expect(broken(server.certFile, other.keyFile)).rejects.toThrow(/^CUPOLA_GATEWAY_TLS_KEY .* is not the key/);
  });
});

describe('a required client key', () => {
  it('means: no certificate, no ticket and no session, and backend is not even asked', async () => {
    await start({ clientKeys: 'required' });
    const controller = harness.backend.addController();
    expect(await ticketStatus(controller, {})).toBe(401);
    expect(await upgradeStatus(harness.backend.issue(controller), null)).toBe(401);
    expect(harness.backend.keyPins).toEqual({ issued: [], consumed: [] });
  });

  it('is the key and not the certificate: a renewed one of the same key has the same pin, another key another', async () => {
    await start({ clientKeys: 'required' });
    const controller = harness.backend.addController();
    for (const client of [box, renewed, other]) {
      expect(await ticketStatus(controller, { client })).toBe(201);
      expect(await upgradeStatus(harness.backend.issue(controller), client)).toBe(101);
    }
    expect(box.cert).not.toBe(renewed.cert);
    expect(pin(renewed)).toBe(pin(box));
    expect(pin(other)).not.toBe(pin(box));
    expect(harness.backend.keyPins).toEqual({ issued: [pin(box), pin(box), pin(other)], consumed: [pin(box), pin(box), pin(other)] });
  });
});

describe('a key that a proxy names', () => {
  const der = () => `:${new X509Certificate(box.cert).raw.toString('base64')}:`;
  const proxied = { tls: null, clientKeys: 'optional', trustedProxies: ['127.0.0.1'], proxySecret: PROXY_SECRET } as const;

  it('counts from a declared proxy that proves itself, as RFC 9440 writes it and as nginx does', async () => {
    await start(proxied);
    const controller = harness.backend.addController();
    for (const cert of [der(), encodeURIComponent(box.cert)]) await ticketStatus(controller, { headers: { 'client-cert': cert, 'x-cupola-proxy-secret': PROXY_SECRET } });
    expect(harness.backend.keyPins.issued).toEqual([pin(box), pin(box)]);
  });

  it.each([
    ['without the proxy secret', proxied, {}],
    ['with a wrong proxy secret', proxied, { 'x-cupola-proxy-secret': 'q'.repeat(40) }],
    ['when none was agreed', { ...proxied, proxySecret: null }, { 'x-cupola-proxy-secret': '' }],
    ['from a stranger who knows the secret', { ...proxied, trustedProxies: [] }, { 'x-cupola-proxy-secret': PROXY_SECRET }],
  ])('counts for nothing %s', async (_, config, headers) => {
    await start(config);
    expect(await ticketStatus(harness.backend.addController(), { headers: { 'client-cert': der(), ...headers } })).toBe(201);
    expect(harness.backend.keyPins.issued).toEqual([null]);
  });

  it('that is no certificate is none', async () => {
    await start(proxied);
    await ticketStatus(harness.backend.addController(), { headers: { 'client-cert': 'MIIB%ZZ', 'x-cupola-proxy-secret': PROXY_SECRET } });
    expect(harness.backend.keyPins.issued).toEqual([null]);
  });
});
