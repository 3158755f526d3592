import { describe, expect, it } from 'vitest';
import { readFaultArguments } from '../../src/fault/fault-arguments.js';

const ENV = { CUPOLA_PASSWORD: 'secret' };
const read = (line: string, env: Record<string, string> = ENV) => readFaultArguments(line.split(' ').filter(Boolean), env);

describe('the command line of faults', () => {
  it('takes a name, a place and a time', () => {
    expect(read('stuck-valve --target vav-2-10 --for 90s --user olga --url http://127.0.0.1:9000/x')).toEqual({
      ...{ fault: 'stuck-valve', target: 'VAV-2-10', durationMs: 90_000, isEnded: false, user: 'olga', url: 'http://127.0.0.1:9000', password: 'secret' },
    });
    expect(read('gateway-cut')).toMatchObject({ target: 'floor-3', durationMs: 600_000, url: 'http://127.0.0.1:8080', user: 'admin' });
    expect(read('fan-trip --stop', { ...ENV, CUPOLA_PORT: '8090' })).toMatchObject({ target: 'AHU-2', isEnded: true, url: 'http://127.0.0.1:8090' });
    expect([read(''), read('--help')]).toEqual([null, null]);
  });

  it.each([
    ['fire', /no fault fire: choose stuck-valve/],
    ['fan-trip --target VAV-3-12', /cannot happen at VAV-3-12: choose AHU-1, AHU-2, AHU-3/],
    ['fan-trip --for soon', /--for soon is no time/],
    ['fan-trip --for 9h', /--for 9h is no time/],
    ['fan-trip --url ftp://x', /no http or https address/],
    ['fan-trip --loud', /Unknown option '--loud'/],
  ])('refuses %s', (line, text) => {
    expect(() => read(line)).toThrow(text);
  });

  it('refuses to go without a password', () => {
    expect(() => read('fan-trip', {})).toThrow(/No password for user admin/);
  });
});
