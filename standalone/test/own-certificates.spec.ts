import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trustOwnCertificates } from '../src/own-certificates.js';

const run = promisify(execFile);
let folder: string;
let server: Server;
let certificate: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cupola-trust-'));
  certificate = join(folder, 'own.pem');
  const key = join(folder, 'own.key');
  await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=own', '-addext', 'subjectAltName=IP:127.0.0.1']);
  server = createServer({ cert: await readFile(certificate), key: await readFile(key) }, (_, response) => response.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** A child as the product starts one: it asks the server once. */
async function ask(env: NodeJS.ProcessEnv): Promise<string> {
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const code = `fetch('${url}').then((answer) => answer.text()).then(console.log, (error) => console.log(error.cause.code))`;
  return (await run(process.execPath, ['-e', code], { env: { PATH: process.env['PATH'], ...env } })).stdout.trim();
}

describe("the product's child", () => {
  it('trusts its self-signed certificate, in a file of its owner alone', async () => {
    expect(await ask({})).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    const env = await trustOwnCertificates({ CUPOLA_TLS_CERT: certificate, CUPOLA_GATEWAY_TLS_CERT: certificate }, join(folder, 'demo'));
    expect(await ask(env)).toBe('hello');
    expect((await stat(env['NODE_EXTRA_CA_CERTS'] ?? '')).mode & 0o077).toBe(0);
  });

  it('needs nothing where there is no certificate, and keeps what it was told to trust', async () => {
    expect(await trustOwnCertificates({}, folder)).toEqual({});
    expect(await trustOwnCertificates({ NODE_EXTRA_CA_CERTS: certificate }, folder)).toEqual({});
    const other = join(folder, 'other.pem');
    await copyFile(certificate, other);
    const env = await trustOwnCertificates({ NODE_EXTRA_CA_CERTS: other, CUPOLA_GATEWAY_TLS_CERT: certificate }, folder);
    expect((await readFile(env['NODE_EXTRA_CA_CERTS'] ?? '', 'utf8')).match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });
});
