import { UNIT_SYSTEMS, type UnitSystem } from '@cupola/domain';
import { basename, extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CallerError } from '../product/caller-error.js';

/** What the caller asked for, with paths made absolute and defaults filled in. */
export interface ReplayOptions {
  readonly modelFile: string;
  readonly telemetry: string;
  /** Recording seconds per real second; Infinity sends as fast as credits allow. */
  readonly speed: number;
  readonly url: string;
  readonly gateway: string;
  readonly user: string;
  readonly password: string;
  readonly isRebased: boolean;
  readonly isVerified: boolean;
  readonly staysOnline: boolean;
  /** Null: judged from the recording. */
  readonly units: UnitSystem | null;
  readonly site: string;
  /** Null: the model's own name. */
  readonly building: string | null;
  readonly timeZone: string;
  readonly stateFolder: string;
  readonly ackLog: string | null;
  /** A log of an earlier run whose acknowledged samples are looked up; nothing is sent. */
  readonly checkAcks: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const USAGE = `Replay a recorded building into a running product.

  npm run replay -- --model FILE.ttl --telemetry FILE.zip|DIR --speed N

  --speed N          recording seconds per second; 0 or max: as fast as the product takes it (default max)
  --rebase           shift the recording so that it ends now
  --verify           afterwards compare every row with the product's history
  --stay             stay online afterwards, so that setpoints can be commanded
  --units U          imperial or metric (default: judged from the recorded temperatures)
  --site NAME        site to import into (default: the model file's name)
  --building NAME    name of the building (default: the model's own)
  --time-zone ZONE   the site's time zone (default UTC)
  --url URL          REST address of the product (default http://127.0.0.1:8080)
  --gateway URL      gateway of the controllers (default http://127.0.0.1:8081)
  --user NAME        default admin; the password comes from CUPOLA_PASSWORD or CUPOLA_ADMIN_PASSWORD
  --state DIR        where the controllers' secrets are kept (default .cupola/replay); may be lost
  --ack-log FILE     append every acknowledgement as it arrives
  --check-acks FILE  look up every sample that such a log says was acknowledged; sends nothing`;

const OPTIONS = {
  model: { type: 'string' },
  telemetry: { type: 'string' },
  speed: { type: 'string', default: 'max' },
  rebase: { type: 'boolean', default: false },
  verify: { type: 'boolean', default: false },
  stay: { type: 'boolean', default: false },
  units: { type: 'string' },
  site: { type: 'string' },
  building: { type: 'string' },
  'time-zone': { type: 'string', default: 'UTC' },
  url: { type: 'string' },
  gateway: { type: 'string' },
  user: { type: 'string', default: 'admin' },
  state: { type: 'string' },
  'ack-log': { type: 'string' },
  'check-acks': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Reads the command line. Null asks for the usage text. Throws CallerError with what is wrong. */
export function readArguments(args: readonly string[], environment: Environment): ReplayOptions | null {
  const values = parse(args);
  if (values.help) return null;
  // npm runs scripts in the project's folder; paths are meant from where the caller stands.
  const from = environment['INIT_CWD'] ?? process.cwd();
  const path = (given: string) => resolve(from, given);
  const isCheck = values['check-acks'] !== undefined;
  const modelFile = values.model ?? (isCheck ? '' : missing('--model FILE.ttl'));
  return {
    modelFile: modelFile === '' ? '' : path(modelFile),
    telemetry: path(values.telemetry ?? missing('--telemetry FILE.zip or a folder')),
    speed: readSpeed(values.speed),
    url: readUrl('--url', values.url ?? `http://127.0.0.1:${environment['CUPOLA_PORT'] ?? 8080}`),
    gateway: readUrl('--gateway', values.gateway ?? `http://127.0.0.1:${environment['CUPOLA_GATEWAY_PORT'] ?? 8081}`),
    user: values.user,
    password: environment['CUPOLA_PASSWORD'] ?? environment['CUPOLA_ADMIN_PASSWORD'] ?? missingPassword(values.user),
    isRebased: values.rebase,
    isVerified: values.verify,
    staysOnline: values.stay,
    units: readUnits(values.units),
    site: values.site ?? basename(modelFile, extname(modelFile)),
    building: values.building ?? null,
    timeZone: values['time-zone'],
    stateFolder: path(values.state ?? join(environment['CUPOLA_DATA_DIR'] ?? '.cupola', 'replay')),
    ackLog: values['ack-log'] === undefined ? null : path(values['ack-log']),
    checkAcks: values['check-acks'] === undefined ? null : path(values['check-acks']),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new CallerError(`${(error as Error).message.split('. ')[0]}. --help lists what there is.`);
  }
}

function missing(what: string): never {
  throw new CallerError(`${what} is missing. --help lists what there is.`);
}

function missingPassword(user: string): never {
  throw new CallerError(`No password for user ${user}: put it into the environment variable CUPOLA_PASSWORD or CUPOLA_ADMIN_PASSWORD.`);
}

function readSpeed(given: string): number {
  if (given === 'max') return Infinity;
  const speed = given.trim() === '' ? NaN : Number(given);
  if (!Number.isFinite(speed) || speed < 0) throw new CallerError(`--speed ${given} is no speed: give a number such as 60, or max.`);
  return speed === 0 ? Infinity : speed;
}

function readUnits(given: string | undefined): UnitSystem | null {
  if (given === undefined) return null;
  const units = UNIT_SYSTEMS.find((system) => system === given);
  if (units === undefined) throw new CallerError(`--units ${given} is not known: choose ${UNIT_SYSTEMS.join(' or ')}.`);
  return units;
}

function readUrl(option: string, given: string): string {
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new CallerError(`${option} ${given} is no http or https address.`);
  return url.origin;
}
