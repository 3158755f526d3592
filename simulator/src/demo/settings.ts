import { CallerError } from '../product/caller-error.js';

export interface DemoSettings {
  readonly url: string;
  readonly gateway: string;
  readonly user: string;
  readonly password: string;
  readonly site: string;
  /** Where secrets, commanded values and meters are kept between runs. */
  readonly stateFolder: string;
  /** Seconds of the house per second, while nobody commands another speed. */
  readonly speed: number;
  /** Whether things go wrong by themselves now and then. */
  readonly hasBackgroundFaults: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const FASTEST = 600;

/** What the demo is told by whoever starts it. Throws CallerError naming the variable. */
export function readDemoSettings(env: Environment): DemoSettings {
  const text = (name: string) => env[name] || missing(name);
  return {
    ...{ url: text('CUPOLA_DEMO_URL'), gateway: text('CUPOLA_DEMO_GATEWAY'), user: text('CUPOLA_DEMO_USER'), password: text('CUPOLA_PASSWORD') },
    ...{ site: text('CUPOLA_DEMO_SITE'), stateFolder: text('CUPOLA_DEMO_STATE') },
    speed: readDemoSpeed(env),
    hasBackgroundFaults: env['CUPOLA_DEMO_FAULTS'] !== 'off',
  };
}

/** `CUPOLA_DEMO_SPEED`, by default 1. Throws CallerError. */
export function readDemoSpeed(env: Environment): number {
  const given = env['CUPOLA_DEMO_SPEED'] || '1';
  const speed = Number(given);
  if (!Number.isInteger(speed) || speed < 1 || speed > FASTEST) throw new CallerError(`CUPOLA_DEMO_SPEED=${given} is no speed: give a whole number from 1 to ${FASTEST}.`);
  return speed;
}

function missing(name: string): never {
  throw new CallerError(`The demo building needs the environment variable ${name}.`);
}
