import { describe, expect, it } from 'vitest';
import { readArguments } from '../src/replay/arguments.js';

const env = { CUPOLA_PASSWORD: 'secret', INIT_CWD: '/where/the/caller/stands' };
const needed = ['--model', 'b.ttl', '--telemetry', 't.zip'];

describe('the command line', () => {
  it('is filled up with defaults, and paths count from where the caller stands', () => {
    expect(readArguments(needed, env)).toEqual({
      modelFile: '/where/the/caller/stands/b.ttl',
      telemetry: '/where/the/caller/stands/t.zip',
      speed: Infinity,
      url: 'http://127.0.0.1:8080',
      gateway: 'http://127.0.0.1:8081',
      user: 'admin',
      password: 'secret',
      isRebased: false,
      isVerified: false,
      staysOnline: false,
      units: null,
      site: 'b',
      building: null,
      timeZone: 'UTC',
      stateFolder: '/where/the/caller/stands/.cupola/replay',
      ackLog: null,
      checkAcks: null,
    });
  });

  it('takes ports and folders from the environment, and the administrator\'s password', () => {
    const options = readArguments(needed, { CUPOLA_ADMIN_PASSWORD: 'a', CUPOLA_PORT: '1', CUPOLA_GATEWAY_PORT: '2', CUPOLA_DATA_DIR: '/data' });
    expect(options).toMatchObject({ password: 'a', url: 'http://127.0.0.1:1', gateway: 'http://127.0.0.1:2', stateFolder: '/data/replay' });
  });

  it.each([
    ['0', Infinity],
    ['max', Infinity],
    ['60', 60],
    ['0.5', 0.5],
  ])('reads --speed %s as %d', (given, speed) => {
    expect(readArguments([...needed, '--speed', given], env)?.speed).toBe(speed);
  });

  it('needs no model to look acknowledgements up', () => {
    expect(readArguments(['--telemetry', 't', '--check-acks', 'log'], env)).toMatchObject({ checkAcks: '/where/the/caller/stands/log' });
  });

  it('shows how it is used', () => {
    expect(readArguments(['--help'], {})).toBeNull();
  });

  it.each([
    [['--telemetry', 't'], '--model FILE.ttl is missing'],
    [['--model', 'm'], '--telemetry FILE.zip or a folder is missing'],
    [[...needed, '--speed', 'fast'], '--speed fast is no speed: give a number such as 60, or max.'],
    [[...needed, '--speed=-1'], '--speed -1 is no speed'],
    [[...needed, '--units', 'kelvin'], '--units kelvin is not known: choose metric or imperial.'],
    [[...needed, '--url', 'here'], '--url here is no http or https address.'],
    [[...needed, '--gateway', 'ftp://x'], '--gateway ftp://x is no http or https address.'],
    [[...needed, '--sped', '1'], "Unknown option '--sped'. --help lists what there is."],
  ])('%j is refused in one sentence', (args, text) => {
    expect(() => readArguments(args, env)).toThrow(text);
  });

  it('asks for the password where it looks for it', () => {
    expect(() => readArguments(needed, {})).toThrow('CUPOLA_PASSWORD or CUPOLA_ADMIN_PASSWORD');
  });
});
