import angular from 'angular-eslint';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { importRules } from './scripts/import-rules.mjs';

// A folder's spec project covers its sources as well; bench and e2e have one project for everything.
const PROJECTS = Object.entries({
  ...Object.fromEntries(
    ['libs/domain', 'libs/contracts', 'libs/messaging', 'libs/device-client', 'libs/postgres-server', 'libs/testing', 'backend', 'device-gateway', 'frontend', 'migrations', 'simulator', 'standalone'].map(
      (folder) => [folder, `${folder}/tsconfig.spec.json`],
    ),
  ),
  bench: 'bench/tsconfig.json',
  e2e: 'e2e/tsconfig.json',
});
const sourcesOf = (folder) => ['src', 'test', ...(folder === 'e2e' ? ['tests', 'product'] : [])].map((part) => `${folder}/${part}/**/*.ts`);
const TYPED = PROJECTS.flatMap(([folder]) => sourcesOf(folder));
const SPECS = ['**/*.spec.ts', '**/*.long.ts', '**/test/**/*.ts', 'e2e/**/*.ts'];

export default defineConfig(
  { ignores: ['**/node_modules/**', '**/dist/**', '**/.angular/**', '**/.nx/**', '**/.cupola/**', '**/coverage/**', 'e2e/results/**', 'e2e/screenshots/**', 'bench/results/**'] },
  // A rule that has to be switched off in one place is discussed here, not in a comment over there.
  { linterOptions: { noInlineConfig: true } },
  { files: ['**/*.ts', '**/*.mjs'], extends: [tseslint.configs.recommended], rules: everywhere() },
  // Each folder by its own compiler options: a program that imports backend's sources knows nothing of its decorators.
  PROJECTS.map(([folder, project]) => ({
    files: sourcesOf(folder),
    languageOptions: { parserOptions: { project: [project], tsconfigRootDir: import.meta.dirname } },
    rules: typed(),
  })),
  { files: TYPED, ignores: [...SPECS, 'frontend/src/testing/**'], rules: { 'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }] } },
  { files: ['frontend/src/**/*.ts'], extends: [angular.configs.tsRecommended], processor: angular.processInlineTemplates },
  { files: ['frontend/src/**/*.html'], extends: [angular.configs.templateRecommended, angular.configs.templateAccessibility] },
  ...importRules(),
);

function everywhere() {
  return {
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
    'no-console': 'off',
    '@typescript-eslint/no-explicit-any': 'error',
    '@typescript-eslint/consistent-type-imports': 'error',
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' }],
    'no-restricted-syntax': [
      'error',
      { selector: "MethodDefinition[kind='constructor'] > FunctionExpression[params.length>6]", message: 'More than six dependencies: this class does more than one thing. Split it.' },
    ],
  };
}

function typed() {
  return {
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
    '@typescript-eslint/await-thenable': 'error',
    '@typescript-eslint/only-throw-error': 'error',
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  };
}
