// The library as integrators get it: one module with the workspace's libraries in it, and declarations that name no workspace.
import { build } from 'esbuild';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const LIBRARY = fileURLToPath(new URL('..', import.meta.url));
export const ROOT = join(LIBRARY, '../..');
/** What the bundle leaves to the integrator's own node_modules; `@types/node` because the declarations speak of Node's classes. */
const DEPENDENCIES = ['@types/node', 'ws', 'zod'];
const SPECIFIER = /(\bfrom\s+|\bimport\(|^import\s+)(['"])([^'"]+)\2/gm;

/** Fills the folder `bundle` from what the compiler made. */
export async function makeBundle(bundle) {
  rmSync(bundle, { recursive: true, force: true });
  await build({
    entryPoints: [join(LIBRARY, 'dist/index.js')],
    outfile: join(bundle, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: DEPENDENCIES,
    legalComments: 'inline',
  });
  for (const [from, text] of declarations(join(LIBRARY, 'dist/index.d.ts'))) {
    const to = join(bundle, placeOf(from));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, text);
  }
}

/** The package.json that is published: the workspace's own, without what only the workspace needs. */
export function publishedManifest() {
  const { private: _private, scripts: _scripts, ...manifest } = JSON.parse(readFileSync(join(LIBRARY, 'package.json'), 'utf8'));
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const versions = { ...devDependencies, ...dependencies };
  return {
    ...manifest,
    exports: { '.': { types: './bundle/types/device-client/index.d.ts', default: './bundle/index.js' }, './package.json': './package.json' },
    dependencies: Object.fromEntries(DEPENDENCIES.map((name) => [name, `^${versions[name]}`])),
  };
}

/** A declaration file and everything that it leads to, with the workspace's names replaced by paths within the bundle. */
function declarations(entry, found = new Map()) {
  if (found.has(entry)) return found;
  found.set(entry, '');
  const text = readFileSync(entry, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
  const local = text.replace(SPECIFIER, (whole, before, quote, specifier) => {
    const target = declarationOf(specifier, entry);
    if (target === null) return whole;
    declarations(target, found);
    const path = relative(dirname(placeOf(entry)), placeOf(target)).replaceAll('\\', '/').replace(/\.d\.ts$/, '.js');
    return `${before}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
  });
  return found.set(entry, local);
}

/** Null for a package that the integrator has as well. */
function declarationOf(specifier, importer) {
  if (specifier.startsWith('.')) return join(dirname(importer), specifier.replace(/\.js$/, '.d.ts'));
  const library = /^@cupola\/(.+)$/.exec(specifier)?.[1];
  return library === undefined ? null : join(ROOT, 'libs', library, 'dist/index.d.ts');
}

/** Where a declaration lies within the bundle. */
function placeOf(declaration) {
  const [library, , ...rest] = relative(join(ROOT, 'libs'), declaration).split(/[\\/]/);
  return join('types', library, ...rest);
}
