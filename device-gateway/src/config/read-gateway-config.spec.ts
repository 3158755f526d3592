import { describe, expect, it } from 'vitest';
import { readGatewayConfig } from './read-gateway-config.js';

describe('readGatewayConfig', () => {
  it('listens on this machine alone by default', () => {
    expect(readGatewayConfig({ CUPOLA_HOST: '', NATS_URL: '' })).toMatchObject({ host: '127.0.0.1', port: 8081, publicUrl: null, natsUrl: null });
  });

  it('takes an open bind behind a declared proxy with a public address', () => {
    const env = { CUPOLA_HOST: '0.0.0.0', CUPOLA_TRUSTED_PROXY: '10.0.0.1, fd00::/8', CUPOLA_GATEWAY_PUBLIC_URL: 'https://devices.example.org/' };
    expect(readGatewayConfig(env)).toMatchObject({ trustedProxies: ['10.0.0.1', 'fd00::/8'], publicUrl: 'https://devices.example.org' });
  });

  it('takes an open bind in a container, behind a proxy that is published on loopback alone', () => {
    const env = { CUPOLA_HOST: '0.0.0.0', CUPOLA_TRUSTED_PROXY: '172.30.79.0/24', CUPOLA_GATEWAY_PUBLIC_URL: 'http://127.0.0.1:8081' };
    expect(readGatewayConfig(env)).toMatchObject({ publicUrl: 'http://127.0.0.1:8081' });
  });

  it('takes an open bind with a certificate of its own', () => {
    const env = { CUPOLA_HOST: '0.0.0.0', CUPOLA_GATEWAY_TLS_CERT: 'a.pem', CUPOLA_GATEWAY_TLS_KEY: 'a.key', CUPOLA_GATEWAY_PUBLIC_URL: 'https://devices.example.org' };
    expect(readGatewayConfig({ ...env, CUPOLA_GATEWAY_CLIENT_KEYS: 'required' })).toMatchObject({ tls: { certFile: 'a.pem', keyFile: 'a.key' }, clientKeys: 'required' });
  });

  it.each([
    [{ CUPOLA_HOST: '0.0.0.0' }, /CUPOLA_TRUSTED_PROXY/],
    [{ CUPOLA_HOST: '::' }, /CUPOLA_TRUSTED_PROXY/],
    [{ CUPOLA_HOST: '0.0.0.0', CUPOLA_TRUSTED_PROXY: '10.0.0.1' }, /CUPOLA_GATEWAY_PUBLIC_URL/],
    [{ CUPOLA_HOST: '0.0.0.0', CUPOLA_TRUSTED_PROXY: '10.0.0.1', CUPOLA_GATEWAY_PUBLIC_URL: 'http://x.org' }, /CUPOLA_GATEWAY_PUBLIC_URL/],
    [{ CUPOLA_GATEWAY_TLS_CERT: 'a.pem' }, /CUPOLA_GATEWAY_TLS_KEY/],
    [{ CUPOLA_GATEWAY_TLS_KEY: 'a.key' }, /CUPOLA_GATEWAY_TLS_CERT/],
    [{ CUPOLA_GATEWAY_CLIENT_KEYS: 'required' }, /CUPOLA_GATEWAY_CLIENT_KEYS needs TLS/],
    [{ CUPOLA_GATEWAY_CLIENT_KEYS: 'optional', CUPOLA_TRUSTED_PROXY: '10.0.0.1' }, /CUPOLA_GATEWAY_CLIENT_KEYS needs TLS/],
    [{ CUPOLA_GATEWAY_CLIENT_KEYS: 'maybe' }, /CUPOLA_GATEWAY_CLIENT_KEYS/],
    [{ CUPOLA_PROXY_SECRET: 'short' }, /CUPOLA_PROXY_SECRET/],
    [{ CUPOLA_TRUSTED_PROXY: 'everybody' }, /CUPOLA_TRUSTED_PROXY/],
    [{ CUPOLA_TRUSTED_PROXY: '10.0.0.0/33' }, /CUPOLA_TRUSTED_PROXY/],
    [{ CUPOLA_GATEWAY_PORT: '70000' }, /CUPOLA_GATEWAY_PORT/],
    [{ CUPOLA_GATEWAY_PORT: 'http' }, /CUPOLA_GATEWAY_PORT/],
    [{ CUPOLA_GATEWAY_PUBLIC_URL: 'https://x.org/path' }, /CUPOLA_GATEWAY_PUBLIC_URL/],
    [{ CUPOLA_GATEWAY_PUBLIC_URL: 'ftp://x.org' }, /CUPOLA_GATEWAY_PUBLIC_URL/],
    [{ CUPOLA_GATEWAY_ORIGINS: 'example.org' }, /CUPOLA_GATEWAY_ORIGINS/],
    [{ CUPOLA_TICKETS_PER_SECOND: '0' }, /CUPOLA_TICKETS_PER_SECOND/],
    [{ CUPOLA_SITE_SAMPLES_PER_SECOND: 'many' }, /CUPOLA_SITE_SAMPLES_PER_SECOND/],
    [{ CUPOLA_GATEWAY_ID: 'a.b' }, /CUPOLA_GATEWAY_ID/],
    [{ CUPOLA_LOG_LEVEL: 'loud' }, /CUPOLA_LOG_LEVEL/],
  ])('refuses %o by name', (env, message) => {
    expect(() => readGatewayConfig(env)).toThrow(message);
  });
});
