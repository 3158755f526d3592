import type { NewAdministrator } from '@cupola/backend';

export interface Announcement {
  readonly console: string;
  readonly controllers: string;
  readonly dataDir: string;
  /** Without its password; undefined for the bundled one. */
  readonly database: string | undefined;
  readonly hasConsole: boolean;
  readonly administrator: NewAdministrator | undefined;
  readonly hasDemo: boolean;
}

/** What a person needs to know once everything runs. */
export function announce({ console, controllers, dataDir, database, hasConsole, administrator, hasDemo }: Announcement): string {
  return [
    '',
    'Cupola is running.',
    '',
    `  console       ${console}${hasConsole ? '' : ' (REST only: the console is not built, see "npm run build")'}`,
    `  controllers   ${controllers}`,
    `  data          ${dataDir}`,
    ...(database === undefined ? [] : [`  database      ${database}`]),
    ...(hasDemo ? ['  demo          Cupola House comes alive within a minute (CUPOLA_DEMO=off starts without it)'] : []),
    ...(administrator === undefined ? [] : ['', ...firstAdministrator(administrator)]),
    '',
    'Stop it with Ctrl-C.',
  ].join('\n');
}

function firstAdministrator({ username, password, passwordFile }: NewAdministrator): string[] {
  if (password === null) return [`  First administrator: user ${username}, with the password of CUPOLA_ADMIN_PASSWORD.`];
  return [`  First administrator: user ${username}, password ${password}`, `  (shown this once; kept in ${passwordFile ?? 'the data directory'})`];
}
