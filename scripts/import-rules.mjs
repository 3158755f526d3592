// Who may import whom: the table of docs/architecture.md as lint rules. Every message says what to do instead.

const NEST = { regex: '^@nestjs/', message: 'Nest belongs to backend and device-gateway. Take what you need as an argument, or move this code into one of them.' };
const TYPEORM = { regex: '^typeorm(/|$)', message: 'Only backend talks to the database. Ask it over the bus or REST, or move this code into backend.' };
const DRIVER = { regex: '^pg(-|/|$)', message: 'Only backend talks to the database. Ask it over the bus or REST, or move this code into backend.' };
const ANGULAR = { regex: '^@angular/', message: 'Angular belongs to frontend. Put rules that both need into libs/domain and shapes into libs/contracts.' };
const WS = { regex: '^ws(/|$)', message: 'Raw WebSockets belong to device-gateway and libs/device-client. Browsers are served by socket.io in backend/src/live; reach a controller over the bus.' };
const SOCKET_IO = { regex: '^socket\\.io', message: 'socket.io serves browsers, in backend/src/live. A gateway speaks to controllers with ws and to backend over the bus.' };
const NODE = { regex: '^node:', message: 'The console runs in a browser: use the web platform, or ask backend through REST.' };
const ACROSS = {
  regex: '\\.\\./(libs|backend|device-gateway|frontend|migrations|simulator|standalone|e2e|bench)/',
  message: 'Import another folder by its package name (@cupola/...), not by a path into it.',
};
const DOMAIN_ONLY_ITSELF = {
  regex: '^(?!\\.|temporal-polyfill$)',
  message: 'libs/domain is pure and imports nothing but itself and temporal-polyfill. Pass the value in as an argument (state, input, config, now), or put this code into the program that calls the rule.',
};
const CONTRACTS_ONLY_ZOD = {
  regex: '^(?!\\.|zod$|@cupola/domain$)',
  message: 'libs/contracts imports only zod and @cupola/domain: it describes what crosses a wire and does nothing. Put behaviour into the program that sends or receives.',
};
const MIGRATIONS_ONLY_TYPES = { regex: '^(?!\\.|typeorm$)', message: 'A migration is plain SQL and must keep meaning the same for ever: import nothing but the types of typeorm, and write values out.' };
const TYPEORM_TYPES = { regex: '^typeorm$', allowTypeImports: true, message: 'A migration needs only the types of typeorm: write "import type".' };
const MODULE_BY_INDEX = {
  regex: '^\\.\\./(?!\\.)[^/]+/(?!index\\.js$)',
  message: 'Import another module through its index.ts (../building/index.js), and export there what it offers to others.',
};
const MODULES_BY_INDEX = {
  regex: 'modules/[^/]+/(?!index\\.js$)',
  message: 'Import a module through its index.ts (modules/building/index.js), and export there what it offers to others.',
};

/** Folder -> the libraries it may import, those its specs may import on top, and what else is forbidden. */
const TABLE = [
  { folder: 'libs/domain', may: [], specs: ['testing'], sources: [DOMAIN_ONLY_ITSELF], always: [] },
  { folder: 'libs/contracts', may: ['domain'], specs: [], sources: [CONTRACTS_ONLY_ZOD], always: [] },
  { folder: 'libs/messaging', may: ['contracts'], specs: ['testing'], always: [NEST, TYPEORM, DRIVER, ANGULAR] },
  // Its specs start programs of their own, which see it as integrators do.
  { folder: 'libs/device-client', may: ['domain', 'contracts'], specs: ['testing', 'device-client'], always: [NEST, TYPEORM, DRIVER, ANGULAR] },
  { folder: 'libs/postgres-server', may: [], specs: [], always: [NEST, TYPEORM, ANGULAR] },
  { folder: 'libs/testing', may: ['domain', 'contracts', 'messaging', 'device-client', 'postgres-server', 'migrations'], specs: [], always: [NEST, ANGULAR] },
  { folder: 'backend', may: ['domain', 'contracts', 'messaging'], specs: ['device-client', 'testing'], always: [ANGULAR, WS] },
  { folder: 'device-gateway', may: ['domain', 'contracts', 'messaging'], specs: ['device-client', 'testing'], always: [TYPEORM, DRIVER, ANGULAR, SOCKET_IO] },
  { folder: 'frontend', may: ['domain', 'contracts'], specs: [], always: [NEST, TYPEORM, DRIVER, NODE, WS] },
  { folder: 'migrations', may: [], specs: ['testing'], sources: [MIGRATIONS_ONLY_TYPES, TYPEORM_TYPES], always: [NEST, ANGULAR] },
  { folder: 'simulator', may: ['domain', 'contracts', 'device-client'], specs: ['testing'], always: [NEST, TYPEORM, DRIVER, ANGULAR] },
  {
    folder: 'standalone',
    may: ['domain', 'contracts', 'messaging', 'postgres-server', 'migrations', 'backend', 'device-gateway', 'simulator'],
    specs: ['device-client', 'testing'],
    // Specs watch the whole product as a console does.
    sources: [SOCKET_IO],
    always: [ANGULAR, WS],
  },
  { folder: 'e2e', may: ['contracts', 'device-client', 'testing', 'postgres-server'], specs: [], always: [NEST, TYPEORM, ANGULAR] },
  { folder: 'bench', may: ['contracts', 'device-client', 'testing', 'postgres-server'], specs: [], always: [NEST, ANGULAR] },
];

const CLOCK = 'libs/domain has no clock: take "now" (milliseconds since 1970) as an argument.';
const RANDOM = 'libs/domain draws nothing at random: take the value, or a source of randomness, as an argument.';
const TIMERS = 'libs/domain has no timers: return the due time as data; a runner or a session shell waits for it.';
const WORLD = 'libs/domain does no I/O: return an effect as data and let the program that calls carry it out.';

const PURITY = {
  files: ['libs/domain/src/**/*.ts'],
  ignores: ['**/*.spec.ts'],
  rules: {
    'no-restricted-properties': [
      'error',
      { object: 'Date', property: 'now', message: CLOCK },
      { object: 'performance', property: 'now', message: CLOCK },
      { object: 'Temporal', property: 'Now', message: CLOCK },
      { object: 'Math', property: 'random', message: RANDOM },
    ],
    'no-restricted-globals': [
      'error',
      ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map((name) => ({ name, message: TIMERS })),
      ...['process', 'fetch', 'console', 'globalThis'].map((name) => ({ name, message: WORLD })),
      { name: 'crypto', message: RANDOM },
    ],
    'no-restricted-syntax': [
      'error',
      { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: CLOCK },
      { selector: "CallExpression[callee.name='Date']", message: CLOCK },
    ],
  },
};

/** The lint rules of the table, sources first, then what specs may do on top. */
export function importRules() {
  return [...TABLE.flatMap(rulesOf), ...moduleBorders(), writerBenchmark(), PURITY];
}

function rulesOf(row) {
  const specs = [`${row.folder}/**/*.spec.ts`, `${row.folder}/**/*.long.ts`, `${row.folder}/test/**/*.ts`];
  const sources = [...(row.sources ?? []), ...row.always];
  return [
    { files: [`${row.folder}/**/*.ts`], ignores: [...specs, '**/vitest*.config.ts'], ...restrict([libraries(row.folder, row.may), ACROSS, ...sources]) },
    { files: specs, ...restrict([libraries(row.folder, [...row.may, ...row.specs]), ACROSS, ...row.always]) },
  ];
}

function libraries(folder, may) {
  const names = may.map((name) => `@cupola/${name}`);
  const list = names.length === 0 ? 'no other folder' : `only ${names.join(', ')}`;
  return {
    regex: `^@cupola/(?!(?:${may.join('|') || 'none'})$)`,
    message: `${folder} may import ${list}. Move rules that both need into libs/domain and shapes into libs/contracts; let programs speak over the bus or REST.`,
  };
}

/** Inside backend: a module is known to others by its index.ts alone. */
function moduleBorders() {
  const row = TABLE.find(({ folder }) => folder === 'backend');
  const shared = [libraries(row.folder, row.may), ACROSS, ...row.always];
  return [
    { files: ['backend/src/modules/**/*.ts'], ignores: ['**/*.spec.ts'], ...restrict([...shared, MODULE_BY_INDEX]) },
    { files: ['backend/src/**/*.ts'], ignores: ['**/*.spec.ts', 'backend/src/modules/**'], ...restrict([...shared, MODULES_BY_INDEX]) },
  ];
}

/** The one white-box benchmark measures backend's writer without a wire in between. */
function writerBenchmark() {
  const row = TABLE.find(({ folder }) => folder === 'bench');
  return { files: ['bench/src/**/*writer*.ts', 'bench/src/**/*writer*/**/*.ts'], ...restrict([libraries(row.folder, [...row.may, 'backend', 'messaging']), ACROSS, ...row.always]) };
}

function restrict(patterns) {
  return { rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] } };
}
