import { describe, expect, it } from 'vitest';
import { ConfigError, readBackendConfig } from '../src/config/read-backend-config.js';

const DATABASE_URL = 'postgres://cupola:x@127.0.0.1:5432/cupola';

describe('the settings', () => {
  it('have the documented defaults', () => {
    expect(readBackendConfig({ DATABASE_URL })).toEqual({
      ...{ port: 8080, host: '127.0.0.1', dataDir: `${process.cwd()}/.cupola`, databaseUrl: DATABASE_URL, natsUrl: null, adminPassword: null, demoPassword: null },
      ...{ publicUrl: null, gatewayPublicUrl: 'http://127.0.0.1:8081', trustedProxies: [], consoleDir: null, ticketsPerSecond: 600, rotateSecretsAfterDays: null, tls: null },
    });
  });

  it('are read once and cannot be changed', () => {
    const config = readBackendConfig({ DATABASE_URL });
    expect(Object.isFrozen(config) && Object.isFrozen(config.trustedProxies)).toBe(true);
  });

  it('allow an http address on loopback in front of a container', () => {
    const env = { DATABASE_URL, CUPOLA_HOST: '0.0.0.0', CUPOLA_TRUSTED_PROXY: '172.30.79.0/24', CUPOLA_PUBLIC_URL: 'http://[::1]:8080' };
    expect(readBackendConfig(env).publicUrl).toBe('http://[::1]:8080');
  });

  it('take everything from the environment, and an empty variable as none', () => {
    const config = readBackendConfig({
      ...{ DATABASE_URL, CUPOLA_PORT: '0', CUPOLA_HOST: '0.0.0.0', CUPOLA_TRUSTED_PROXY: '10.0.0.0/8, ::1', CUPOLA_DATA_DIR: '/var/lib/cupola' },
      ...{ CUPOLA_PUBLIC_URL: 'https://cupola.example.org/', CUPOLA_GATEWAY_PUBLIC_URL: 'https://devices.example.org', NATS_URL: 'nats://nats:4222' },
      ...{ CUPOLA_DEMO_PASSWORD: 'a password of its own' },
      ...{ CUPOLA_ADMIN_PASSWORD: '', CUPOLA_CONSOLE_DIR: '/srv/console', CUPOLA_TICKETS_PER_SECOND: '2000', CUPOLA_ROTATE_SECRETS_AFTER_DAYS: '365' },
      ...{ CUPOLA_TLS_CERT: '/etc/cupola.pem', CUPOLA_TLS_KEY: '/etc/cupola.key' },
    });
    expect(config).toEqual({
      ...{ port: 0, host: '0.0.0.0', dataDir: '/var/lib/cupola', databaseUrl: DATABASE_URL, natsUrl: 'nats://nats:4222', adminPassword: null, demoPassword: 'a password of its own' },
      ...{ publicUrl: 'https://cupola.example.org', gatewayPublicUrl: 'https://devices.example.org', trustedProxies: ['10.0.0.0/8', '::1'] },
      ...{ consoleDir: '/srv/console', ticketsPerSecond: 2000, rotateSecretsAfterDays: 365, tls: { certFile: '/etc/cupola.pem', keyFile: '/etc/cupola.key' } },
    });
  });

  it.each([
    ['DATABASE_URL', { DATABASE_URL: undefined }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://x' }],
    ['CUPOLA_PORT', { CUPOLA_PORT: '80a' }],
    ['CUPOLA_PORT', { CUPOLA_PORT: '65536' }],
    ['CUPOLA_PORT', { CUPOLA_PORT: '-1' }],
    ['CUPOLA_GATEWAY_PORT', { CUPOLA_GATEWAY_PORT: 'x' }],
    ['NATS_URL', { NATS_URL: 'nats' }],
    ['CUPOLA_ADMIN_PASSWORD', { CUPOLA_ADMIN_PASSWORD: 'short' }],
    ['CUPOLA_DEMO_PASSWORD', { CUPOLA_DEMO_PASSWORD: 'short' }],
    ['CUPOLA_PUBLIC_URL', { CUPOLA_PUBLIC_URL: 'cupola.example.org' }],
    ['CUPOLA_PUBLIC_URL', { CUPOLA_PUBLIC_URL: 'https://example.org/cupola' }],
    ['CUPOLA_GATEWAY_PUBLIC_URL', { CUPOLA_GATEWAY_PUBLIC_URL: 'javascript:alert(1)' }],
    ['CUPOLA_TRUSTED_PROXY', { CUPOLA_TRUSTED_PROXY: 'anybody' }],
    ['CUPOLA_TRUSTED_PROXY', { CUPOLA_TRUSTED_PROXY: '10.0.0.0/33' }],
    ['CUPOLA_TRUSTED_PROXY', { CUPOLA_TRUSTED_PROXY: '10.0.0.0/8/8' }],
    ['CUPOLA_TICKETS_PER_SECOND', { CUPOLA_TICKETS_PER_SECOND: '0' }],
    ['CUPOLA_TICKETS_PER_SECOND', { CUPOLA_TICKETS_PER_SECOND: 'many' }],
    ['CUPOLA_HOST', { CUPOLA_HOST: '0.0.0.0' }],
    ['CUPOLA_PUBLIC_URL', { CUPOLA_HOST: '0.0.0.0', CUPOLA_TRUSTED_PROXY: '127.0.0.1' }],
    ['CUPOLA_PUBLIC_URL', { CUPOLA_HOST: '0.0.0.0', CUPOLA_TRUSTED_PROXY: '127.0.0.1', CUPOLA_PUBLIC_URL: 'http://cupola.example.org' }],
    ['CUPOLA_PUBLIC_URL', { CUPOLA_TLS_CERT: 'a.pem', CUPOLA_TLS_KEY: 'a.key' }],
    ['CUPOLA_TLS_KEY', { CUPOLA_TLS_CERT: 'a.pem' }],
    ['CUPOLA_TLS_CERT', { CUPOLA_TLS_KEY: 'a.key' }],
  ])('are refused in one sentence that starts with %s: %j', (variable, changes) => {
    const reading = () => readBackendConfig({ DATABASE_URL, ...changes });
    expect(reading).toThrow(ConfigError);
    expect(reading).toThrow(new RegExp(`^${variable} [^\\n]+\\.$`));
  });

  it('never repeat a password in what they say', () => {
    expect(() => readBackendConfig({ DATABASE_URL, CUPOLA_ADMIN_PASSWORD: 'hunter2' })).toThrow(/^(?!.*hunter2)/);
  });
});
