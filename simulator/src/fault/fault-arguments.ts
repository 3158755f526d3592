import { parseArgs } from 'node:util';
import { CallerError } from '../product/caller-error.js';
import { FAULT_PLACES, FAULTS, type FaultPlace } from '../demo/house/desk.js';

export interface FaultCommand extends FaultPlace {
  readonly isEnded: boolean;
  readonly durationMs: number;
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const FAULT_USAGE = `Let something go wrong in the demo building of a running product.

  npm run fault -- NAME [--target WHERE] [--for 10m] [--stop]

  NAME           ${FAULTS.slice(0, 4).join(', ')},
                 ${FAULTS.slice(4).join(', ')}
  --target WHERE equipment such as VAV-3-12, AHU-2 or LC-3E, or floor-3 (default: one of these)
  --for TIME     how long, e.g. 90s, 10m, 2h (default 10m, at most 8h)
  --stop         ends it now
  --url URL      REST address of the product (default http://127.0.0.1:8080)
  --user NAME    default admin; the password comes from CUPOLA_PASSWORD or CUPOLA_ADMIN_PASSWORD`;

const OPTIONS = {
  target: { type: 'string' },
  for: { type: 'string', default: '10m' },
  stop: { type: 'boolean', default: false },
  url: { type: 'string' },
  user: { type: 'string', default: 'admin' },
  help: { type: 'boolean', default: false },
} as const;
/** The places that the documentation speaks of. */
const USUAL_TARGETS = ['VAV-3-12', 'AHU-2', 'floor-3'];
const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const LONGEST_MS = 8 * 3_600_000;

/** Reads the command line. Null asks for the usage text. Throws CallerError with what is wrong. */
export function readFaultArguments(args: readonly string[], env: Environment): FaultCommand | null {
  const { values, positionals } = parse(args);
  const [name] = positionals;
  if (values.help || name === undefined) return null;
  return {
    ...placeOf(name, values.target),
    ...{ isEnded: values.stop, durationMs: readDuration(values.for), user: values.user },
    url: readUrl(values.url ?? `http://127.0.0.1:${env['CUPOLA_PORT'] ?? 8080}`),
    password: env['CUPOLA_PASSWORD'] ?? env['CUPOLA_ADMIN_PASSWORD'] ?? missingPassword(values.user),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    throw new CallerError(`${(error as Error).message.split('. ')[0]}. --help lists what there is.`);
  }
}

function placeOf(name: string, target: string | undefined): FaultPlace {
  const places = FAULT_PLACES.filter(({ fault }) => fault === name);
  if (places.length === 0) throw new CallerError(`There is no fault ${name}: choose ${FAULTS.join(', ')}.`);
  const found = places.find((place) => (target === undefined ? USUAL_TARGETS.includes(place.target) : place.target.toLowerCase() === target.toLowerCase()));
  if (found === undefined) throw new CallerError(`${name} cannot happen at ${target}: choose ${places.slice(0, 8).map((place) => place.target).join(', ')}${places.length > 8 ? ', ...' : ''}.`);
  return found;
}

function readDuration(given: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)([smh])$/.exec(given) ?? [];
  const durationMs = Math.round(Number(amount) * (UNITS_MS[unit] ?? NaN));
  if (!(durationMs >= 1000 && durationMs <= LONGEST_MS)) throw new CallerError(`--for ${given} is no time: give seconds, minutes or hours up to 8h, such as 90s, 10m or 2h.`);
  return durationMs;
}

function readUrl(given: string): string {
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new CallerError(`--url ${given} is no http or https address.`);
  return url.origin;
}

function missingPassword(user: string): never {
  throw new CallerError(`No password for user ${user}: put it into the environment variable CUPOLA_PASSWORD or CUPOLA_ADMIN_PASSWORD.`);
}
