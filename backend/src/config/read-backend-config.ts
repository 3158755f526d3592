import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { BackendConfig } from './backend-config.js';

/** A setting that cannot be used. The message is one sentence that names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** What two cores take with everything that follows a ticket, three milliseconds of processor each: a storm waits at the door and not in the database. */
const TICKETS_PER_SECOND = 600;

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}

const port = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number from 0 to 65535')
    .transform(Number)
    .refine((value) => value <= 65_535, 'must be a port number from 0 to 65535')
    .default(fallback);

const url = (protocols: readonly string[], example: string) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), `must be an address like ${example}`);

/** Origin alone: a path would silently be lost when addresses are built from it. */
const origin = (protocols: readonly string[], example: string) =>
  url(protocols, example)
    .refine((value) => !URL.canParse(value) || /^\/?$/.test(new URL(value).pathname), `must be an address without a path, like ${example}`)
    .transform((value) => value.replace(/\/$/, ''));

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be a whole number from ${least} to ${most}`);

const isAddressOrNetwork = (value: string): boolean => {
  const [address = '', prefix, ...rest] = value.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  return isIP(address) !== 0 && rest.length === 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits));
};

const password = z.string().min(12, 'must have at least 12 characters').max(200, 'must have at most 200 characters');

const environment = z.object({
  CUPOLA_PORT: port(8080),
  CUPOLA_HOST: z.string().default('127.0.0.1'),
  CUPOLA_DATA_DIR: z.string().default('.cupola'),
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/database'),
  NATS_URL: url(['nats:', 'tls:', 'ws:', 'wss:'], 'nats://127.0.0.1:4222').optional(),
  CUPOLA_ADMIN_PASSWORD: password.optional(),
  CUPOLA_DEMO_PASSWORD: password.optional(),
  CUPOLA_PUBLIC_URL: origin(['http:', 'https:'], 'https://cupola.example.org').optional(),
  CUPOLA_TLS_CERT: z.string().optional(),
  CUPOLA_TLS_KEY: z.string().optional(),
  CUPOLA_GATEWAY_PORT: port(8081),
  CUPOLA_GATEWAY_PUBLIC_URL: origin(['http:', 'https:'], 'https://devices.example.org').optional(),
  CUPOLA_TRUSTED_PROXY: z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every(isAddressOrNetwork), 'must be addresses or networks, separated by commas, like 10.0.0.0/8')
    .optional(),
  CUPOLA_CONSOLE_DIR: z.string().optional(),
  CUPOLA_TICKETS_PER_SECOND: wholeNumber(1, 100_000).default(TICKETS_PER_SECOND),
  CUPOLA_ROTATE_SECRETS_AFTER_DAYS: wholeNumber(1, 3_650).optional(),
});

type Settings = z.infer<typeof environment>;

/**
 * Reads backend's settings. An empty variable counts as unset.
 * @throws ConfigError naming the first variable that cannot be used.
 */
export function readBackendConfig(env: Readonly<Record<string, string | undefined>>): BackendConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  if (given['DATABASE_URL'] === undefined) {
    throw new ConfigError('DATABASE_URL must name the Postgres database to use, like postgres://user:password@host:5432/database.');
  }
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${String(issue?.path[0])} ${issue?.message}.`);
  }
  const settings = parsed.data;
  const tls = readTlsFiles(settings);
  refuseOpenBind(settings, tls !== null);
  return Object.freeze({
    port: settings.CUPOLA_PORT,
    host: settings.CUPOLA_HOST,
    dataDir: resolve(settings.CUPOLA_DATA_DIR),
    databaseUrl: settings.DATABASE_URL,
    natsUrl: settings.NATS_URL ?? null,
    adminPassword: settings.CUPOLA_ADMIN_PASSWORD ?? null,
    demoPassword: settings.CUPOLA_DEMO_PASSWORD ?? null,
    publicUrl: settings.CUPOLA_PUBLIC_URL ?? null,
    gatewayPublicUrl: settings.CUPOLA_GATEWAY_PUBLIC_URL ?? `http://127.0.0.1:${settings.CUPOLA_GATEWAY_PORT}`,
    trustedProxies: Object.freeze(settings.CUPOLA_TRUSTED_PROXY ?? []),
    ticketsPerSecond: settings.CUPOLA_TICKETS_PER_SECOND,
    rotateSecretsAfterDays: settings.CUPOLA_ROTATE_SECRETS_AFTER_DAYS ?? null,
    tls,
    consoleDir: settings.CUPOLA_CONSOLE_DIR === undefined ? null : resolve(settings.CUPOLA_CONSOLE_DIR),
  });
}

/** https, or an address that this machine alone can reach: a proxy published on loopback needs no certificate. */
function isPrivate(publicUrl: string | undefined): boolean {
  if (publicUrl === undefined) return false;
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''));
}

function readTlsFiles({ CUPOLA_TLS_CERT: certFile, CUPOLA_TLS_KEY: keyFile, CUPOLA_PUBLIC_URL: publicUrl }: Settings): BackendConfig['tls'] {
  if (certFile === undefined && keyFile === undefined) return null;
  if (certFile === undefined) throw new ConfigError('CUPOLA_TLS_CERT must name the certificate of CUPOLA_TLS_KEY.');
  if (keyFile === undefined) throw new ConfigError('CUPOLA_TLS_KEY must name the key of CUPOLA_TLS_CERT.');
  // Cookies, origins and links are made from it: an http address would lock everybody out.
  if (publicUrl?.startsWith('https:') !== true) throw new ConfigError('CUPOLA_PUBLIC_URL must be the https address that browsers use with CUPOLA_TLS_CERT.');
  return Object.freeze({ certFile: resolve(certFile), keyFile: resolve(keyFile) });
}

/** Passwords and tickets must not cross a network in the clear. */
function refuseOpenBind(settings: Settings, hasTls: boolean): void {
  if (isLoopback(settings.CUPOLA_HOST)) return;
  if (!hasTls && settings.CUPOLA_TRUSTED_PROXY === undefined) {
    throw new ConfigError(
      `CUPOLA_HOST ${settings.CUPOLA_HOST} is reachable from other machines, which needs TLS: give a certificate in CUPOLA_TLS_CERT and CUPOLA_TLS_KEY, or name the address of a TLS proxy in CUPOLA_TRUSTED_PROXY.`,
    );
  }
  if (!isPrivate(settings.CUPOLA_PUBLIC_URL)) {
    throw new ConfigError(`CUPOLA_PUBLIC_URL must be the https address that browsers use when CUPOLA_HOST is ${settings.CUPOLA_HOST}.`);
  }
}
