import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { importRules } from './import-rules.mjs';

const eslint = new ESLint({
  cwd: new URL('..', import.meta.url).pathname,
  overrideConfigFile: true,
  overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser }, plugins: { '@typescript-eslint': tseslint.plugin } }, ...importRules()],
});

async function messages(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  return (result?.messages ?? []).map(({ message }) => message);
}

const imports = (name: string) => `import { x } from '${name}';\nx();\n`;

describe('an import that the table forbids is refused, with what to do instead', () => {
  it.each([
    ['libs/domain/src/alarms/step.ts', 'zod', 'Pass the value in as an argument'],
    ['libs/domain/src/alarms/step.ts', 'node:crypto', 'Pass the value in as an argument'],
    ['libs/domain/src/alarms/step.ts', '@cupola/contracts', 'libs/domain may import no other folder'],
    ['libs/domain/src/alarms/step.spec.ts', '@cupola/contracts', 'libs/domain may import only @cupola/testing'],
    ['libs/contracts/src/http/points.ts', 'rxjs', 'Put behaviour into the program that sends or receives'],
    ['libs/contracts/src/http/points.ts', '@cupola/messaging', 'libs/contracts may import only @cupola/domain'],
    ['libs/messaging/src/nats.ts', '@nestjs/common', 'Take what you need as an argument'],
    ['libs/messaging/src/nats.ts', '@cupola/domain', 'libs/messaging may import only @cupola/contracts'],
    ['libs/device-client/src/session.ts', '@cupola/messaging', 'libs/device-client may import only @cupola/domain, @cupola/contracts'],
    ['libs/device-client/src/session.ts', 'typeorm', 'Ask it over the bus or REST'],
    ['libs/postgres-server/src/launch.ts', '@cupola/domain', 'libs/postgres-server may import no other folder'],
    ['libs/testing/src/postgres.ts', '@cupola/backend', 'libs/testing may import only'],
    ['backend/src/live/live.ts', 'ws', 'Browsers are served by socket.io'],
    ['backend/src/live/live.ts', '@cupola/device-client', 'backend may import only'],
    ['backend/src/live/live.ts', '@cupola/device-gateway', 'let programs speak over the bus'],
    ['backend/src/live/live.ts', '@angular/core', 'Angular belongs to frontend'],
    ['backend/src/live/live.ts', '../modules/points/point-queries.js', 'through its index.ts (modules/building/index.js)'],
    ['backend/src/modules/points/point-queries.ts', '../building/floors.js', 'through its index.ts (../building/index.js)'],
    ['backend/src/modules/points/point-queries.ts', '@cupola/device-client', 'backend may import only'],
    ['device-gateway/src/session/shell.ts', 'pg', 'Only backend talks to the database'],
    ['device-gateway/src/session/shell.ts', 'typeorm', 'Only backend talks to the database'],
    ['device-gateway/src/session/shell.ts', 'socket.io', 'A gateway speaks to controllers with ws'],
    ['device-gateway/src/session/shell.ts', '../../../backend/src/bus.js', 'by its package name'],
    ['frontend/src/app/live/live.ts', 'node:fs', 'The console runs in a browser'],
    ['frontend/src/app/live/live.ts', '@nestjs/common', 'Nest belongs to backend and device-gateway'],
    ['frontend/src/app/live/live.ts', '@cupola/device-client', 'frontend may import only @cupola/domain, @cupola/contracts'],
    ['migrations/src/0002-alarms.ts', '@cupola/domain', 'migrations may import no other folder'],
    ['migrations/src/0002-alarms.ts', 'typeorm', 'write "import type"'],
    ['migrations/src/0002-alarms.ts', 'pg', 'write values out'],
    ['simulator/src/replay/main.ts', '@cupola/backend', 'simulator may import only'],
    ['simulator/src/replay/main.ts', '@cupola/testing', 'simulator may import only'],
    ['standalone/src/main.ts', '@angular/core', 'Angular belongs to frontend'],
    ['standalone/src/main.ts', '@cupola/testing', 'standalone may import only'],
    ['e2e/src/login.ts', '@cupola/backend', 'e2e may import only'],
    ['bench/src/ingest/sessions.ts', '@cupola/backend', 'bench may import only'],
  ])('%s importing %s', async (file, name, advice) => {
    expect((await messages(file, imports(name))).join('\n')).toContain(advice);
  });
});

describe('what the table allows passes', () => {
  it.each([
    ['libs/domain/src/schedules/next-change.ts', 'temporal-polyfill'],
    ['libs/domain/src/alarms/step.spec.ts', 'fast-check'],
    ['libs/domain/src/alarms/step.spec.ts', '@cupola/testing'],
    ['libs/contracts/src/http/points.ts', '@cupola/domain'],
    ['libs/device-client/src/session.ts', 'ws'],
    ['backend/src/modules/points/point-queries.ts', '../building/index.js'],
    ['backend/src/modules/points/point-queries.ts', '../../auth/requires.js'],
    ['backend/src/app.module.ts', './modules/building/index.js'],
    ['backend/test/devices/claim.spec.ts', '@cupola/device-client'],
    ['device-gateway/test/session.spec.ts', '@cupola/testing'],
    ['standalone/src/main.ts', '@cupola/backend'],
    ['simulator/src/replay/replay.spec.ts', '@cupola/testing'],
    ['bench/src/ingest/writer.ts', '@cupola/backend'],
  ])('%s importing %s', async (file, name) => {
    expect(await messages(file, imports(name))).toEqual([]);
  });

  it('migrations importing the types of typeorm', async () => {
    expect(await messages('migrations/src/0002-alarms.ts', `import type { QueryRunner } from 'typeorm';\nexport type Q = QueryRunner;\n`)).toEqual([]);
  });
});

describe('libs/domain stays pure', () => {
  it.each([
    ['Date.now();', 'take "now"'],
    ['new Date();', 'take "now"'],
    ['performance.now();', 'take "now"'],
    ['Math.random();', 'take the value, or a source of randomness, as an argument'],
    ['setTimeout(() => {}, 1);', 'return the due time as data'],
    ['setInterval(() => {}, 1);', 'return the due time as data'],
    ['fetch("/");', 'return an effect as data'],
  ])('%s', async (code, advice) => {
    expect((await messages('libs/domain/src/alarms/step.ts', code)).join('\n')).toContain(advice);
  });

  it('may name a moment that it was given', async () => {
    expect(await messages('libs/domain/src/alarms/step.ts', 'export const iso = (now: number) => new Date(now).toISOString();')).toEqual([]);
  });
});
