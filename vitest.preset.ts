import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const DATABASE = fileURLToPath(new URL('libs/testing/src/global-setup.ts', import.meta.url));
const COMPILED = fileURLToPath(new URL('libs/testing/src/compile-first.ts', import.meta.url));

export interface Needs {
  /** Starts one Postgres for the run, for `createDatabase()`. */
  database?: true;
  /** Compiles the folder first, for specs that start its programs as processes of their own. */
  compiled?: true;
}

/** The test settings of every folder that runs on Node. Libraries are read from their sources, so that no build has to come first. */
export function specs(needs: Needs = {}): ViteUserConfig {
  const isLong = process.env['CUPOLA_LONG'] === '1';
  return defineConfig({
    resolve: { conditions: ['@cupola/source', ...defaultClientConditions] },
    // Spec files lie outside of the tsconfig that the compiler would find for them; classes that Nest injects need their constructors' types there too.
    oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
    ssr: { resolve: { conditions: ['@cupola/source', ...defaultServerConditions] } },
    test: {
      include: isLong ? ['src/**/*.long.ts', 'test/**/*.long.ts'] : ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
      exclude: ['dist/**', 'node_modules/**'],
      globalSetup: [...(needs.compiled ? [COMPILED] : []), ...(needs.database ? [DATABASE] : [])],
      maxWorkers: 2,
      // Only what fails runs into these: a machine may be busy, and a process that starts a database of its own takes seconds even on an idle one.
      testTimeout: isLong ? 1_800_000 : needs.compiled ? 240_000 : 90_000,
      hookTimeout: 120_000,
      expect: { poll: { timeout: 30_000 } },
      reporters: reporters(),
    },
  });
}

/** `npm test` adds the folders' reports up. */
function reporters(): NonNullable<NonNullable<ViteUserConfig['test']>['reporters']> {
  const results = process.env['CUPOLA_TEST_RESULTS'];
  const folder = relative(import.meta.dirname, process.cwd()).replaceAll(/[\\/]/g, '-');
  if (!results) return ['default'];
  return ['default', ['json', { outputFile: join(results, `${folder}.json`) }], { onTestRunEnd: (_, errors) => writeOutside(join(results, `${folder}.outside.json`), errors) }];
}

/** Errors outside of any test fail the run too, and the JSON report is silent about them. */
function writeOutside(file: string, errors: readonly { message: string; stack?: string }[]): void {
  if (errors.length > 0) writeFileSync(file, JSON.stringify(errors.map(({ message, stack }) => ({ message, stack }))));
}
