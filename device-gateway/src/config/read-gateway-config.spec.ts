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

  it.each([
    [{ CUPOLA_HOST: '0.0.0.0' }, /CUPOLA_TRUSTED_PROXY/],
    [{ CUPOLA_HOST: '::' }, /CUPOLA_TRUSTED_PROXY/],
    [{ CUPOLA_HOST: '0.0.0.0', CUPOLA_TRUSTED_PROXY: '10.0.0.1' }, /CUPOLA_GATEWAY_PUBLIC_URL/],
    [{ CUPOLA_TRUSTED_PROXY: 'everybody' }, /CUPOLA_TRUSTED_PROXY/],
    [{ CUPOLA_TRUSTED_PROXY: '10.0.0.0/33' }, /CUPOLA_TRUSTED_PROXY/],
    [{ CUPOLA_GATEWAY_PORT: '70000' }, /CUPOLA_GATEWAY_PORT/],
    [{ CUPOLA_GATEWAY_PORT: 'http' }, /CUPOLA_GATEWAY_PORT/],
    [{ CUPOLA_GATEWAY_PUBLIC_URL: 'https://x.org/path' }, /CUPOLA_GATEWAY_PUBLIC_URL/],
    [{ CUPOLA_GATEWAY_PUBLIC_URL: 'ftp://x.org' }, /CUPOLA_GATEWAY_PUBLIC_URL/],
    [{ CUPOLA_GATEWAY_ORIGINS: 'example.org' }, /CUPOLA_GATEWAY_ORIGINS/],
    [{ CUPOLA_GATEWAY_ID: 'a.b' }, /CUPOLA_GATEWAY_ID/],
    [{ CUPOLA_LOG_LEVEL: 'loud' }, /CUPOLA_LOG_LEVEL/],
  ])('refuses %o by name', (env, message) => {
    expect(() => readGatewayConfig(env)).toThrow(message);
  });
});
