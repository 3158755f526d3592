import { isIP } from 'node:net';
import { z } from 'zod';
import { DEFAULT_SESSION_CONFIG } from '../session/config.js';
import type { GatewayConfig, TlsConfig } from './gateway-config.js';

/** A setting that cannot be used. The message is one sentence that names the variable. */
export class GatewayConfigError extends Error {
  override readonly name = 'ConfigError';
}

const CERTIFICATE_CHECK_MS = 10_000;
/** A rested site may send so many seconds' worth at once: what it kept during an outage. */
const SITE_BURST_S = 10;
const MAX_KEPT_BYTES = 256 * 1024 * 1024;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const list = (value: string): string[] => value.split(',').map((part) => part.trim());

const isAddressOrNetwork = (value: string): boolean => {
  const [address = '', prefix, ...rest] = value.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  return isIP(address) !== 0 && rest.length === 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits));
};

const isOrigin = (value: string): boolean => URL.canParse(value) && new URL(value).origin === value;

const wholeNumber = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,7}$/, `must be a whole number from 1 to ${most}`)
    .transform(Number)
    .refine((value) => value <= most, `must be a whole number from 1 to ${most}`);

const environment = z.object({
  CUPOLA_HOST: z.string().default('127.0.0.1'),
  CUPOLA_GATEWAY_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number from 0 to 65535')
    .transform(Number)
    .refine((value) => value <= 65_535, 'must be a port number from 0 to 65535')
    .default(8081),
  CUPOLA_GATEWAY_PUBLIC_URL: z
    .string()
    .transform((value) => value.replace(/\/$/, ''))
    .refine((value) => isOrigin(value) && /^https?:/.test(value), 'must be an address without a path, like https://devices.example.org')
    .optional(),
  CUPOLA_TRUSTED_PROXY: z
    .string()
    .transform(list)
    .refine((parts) => parts.every(isAddressOrNetwork), 'must be addresses or networks, separated by commas, like 10.0.0.0/8')
    .optional(),
  CUPOLA_GATEWAY_TLS_CERT: z.string().optional(),
  CUPOLA_GATEWAY_TLS_KEY: z.string().optional(),
  CUPOLA_GATEWAY_CLIENT_KEYS: z.enum(['off', 'optional', 'required'], 'must be off, optional or required').default('off'),
  CUPOLA_PROXY_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  CUPOLA_GATEWAY_ORIGINS: z
    .string()
    .transform(list)
    .refine((parts) => parts.every(isOrigin), 'must be origins, separated by commas, like https://devices.example.org')
    .optional(),
  CUPOLA_GATEWAY_ID: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must have 1 to 64 letters, digits, - or _')
    .optional(),
  CUPOLA_TICKETS_PER_SECOND: wholeNumber(100_000).default(600),
  CUPOLA_SITE_SAMPLES_PER_SECOND: wholeNumber(10_000_000).default(50_000),
  CUPOLA_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'must be fatal, error, warn, info, debug or silent').default('warn'),
  NATS_URL: z.string().optional(),
});

type Settings = z.infer<typeof environment>;

/**
 * Reads the gateway's settings. An empty variable counts as unset.
 * @throws GatewayConfigError naming the first variable that cannot be used.
 */
export function readGatewayConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new GatewayConfigError(`${String(issue?.path[0])} ${issue?.message}.`);
  }
  const settings = parsed.data;
  const tls = readTlsFiles(settings);
  refuseOpenBind(settings, tls !== null);
  refuseUnprovenKeys(settings, tls !== null);
  return Object.freeze({
    host: settings.CUPOLA_HOST,
    port: settings.CUPOLA_GATEWAY_PORT,
    publicUrl: settings.CUPOLA_GATEWAY_PUBLIC_URL ?? null,
    trustedProxies: settings.CUPOLA_TRUSTED_PROXY ?? [],
    origins: settings.CUPOLA_GATEWAY_ORIGINS ?? [],
    tls,
    clientKeys: settings.CUPOLA_GATEWAY_CLIENT_KEYS,
    proxySecret: settings.CUPOLA_PROXY_SECRET ?? null,
    natsUrl: settings.NATS_URL ?? null,
    gatewayId: settings.CUPOLA_GATEWAY_ID ?? null,
    logLevel: settings.CUPOLA_LOG_LEVEL,
    renewEveryMs: 1_000,
    session: DEFAULT_SESSION_CONFIG,
    gatewayFlow: { site: { capacity: SITE_BURST_S * settings.CUPOLA_SITE_SAMPLES_PER_SECOND, perSecond: settings.CUPOLA_SITE_SAMPLES_PER_SECOND }, maxKeptBytes: MAX_KEPT_BYTES },
    door: { wrong: { capacity: 200, perSecond: 5 }, maxInFlight: 1_000, maxArriving: 128 },
    shutdown: { drainWithinMs: 3_000, spreadMs: 5_000, returnsPerSecond: settings.CUPOLA_TICKETS_PER_SECOND, closeWithinMs: 2_000 },
  });
}

/** Secrets and tickets must not cross a network in the clear. */
function refuseOpenBind(settings: Settings, hasTls: boolean): void {
  if (LOOPBACK.has(settings.CUPOLA_HOST)) return;
  if (!hasTls && settings.CUPOLA_TRUSTED_PROXY === undefined) {
    throw new GatewayConfigError(
      `CUPOLA_HOST ${settings.CUPOLA_HOST} is reachable from other machines, which needs TLS: give a certificate in CUPOLA_GATEWAY_TLS_CERT and CUPOLA_GATEWAY_TLS_KEY, or name the address of a TLS proxy in CUPOLA_TRUSTED_PROXY.`,
    );
  }
  if (!isPrivate(settings.CUPOLA_GATEWAY_PUBLIC_URL)) {
    throw new GatewayConfigError(`CUPOLA_GATEWAY_PUBLIC_URL must be the https address that controllers use when CUPOLA_HOST is ${settings.CUPOLA_HOST}.`);
  }
}

/** https, or an address that this machine alone can reach: a proxy published on loopback needs no certificate. */
function isPrivate(publicUrl: string | undefined): boolean {
  if (publicUrl === undefined) return false;
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' || LOOPBACK.has(hostname.replace(/^\[|\]$/g, ''));
}

function readTlsFiles({ CUPOLA_GATEWAY_TLS_CERT: certFile, CUPOLA_GATEWAY_TLS_KEY: keyFile }: Settings): TlsConfig | null {
  if (certFile === undefined && keyFile === undefined) return null;
  if (certFile === undefined) throw new GatewayConfigError('CUPOLA_GATEWAY_TLS_CERT must name the certificate of CUPOLA_GATEWAY_TLS_KEY.');
  if (keyFile === undefined) throw new GatewayConfigError('CUPOLA_GATEWAY_TLS_KEY must name the key of CUPOLA_GATEWAY_TLS_CERT.');
  return { certFile, keyFile, checkEveryMs: CERTIFICATE_CHECK_MS };
}

/** A pin in a header that anybody can write would be no second factor at all. */
function refuseUnprovenKeys(settings: Settings, hasTls: boolean): void {
  const hasProxy = settings.CUPOLA_TRUSTED_PROXY !== undefined && settings.CUPOLA_PROXY_SECRET !== undefined;
  if (settings.CUPOLA_GATEWAY_CLIENT_KEYS === 'off' || hasTls || hasProxy) return;
  throw new GatewayConfigError(
    'CUPOLA_GATEWAY_CLIENT_KEYS needs TLS of its own (CUPOLA_GATEWAY_TLS_CERT), or a proxy that proves itself (CUPOLA_TRUSTED_PROXY and CUPOLA_PROXY_SECRET).',
  );
}
