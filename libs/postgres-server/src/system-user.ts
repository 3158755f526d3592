import { stat } from 'node:fs/promises';
import { PostgresError } from './postgres-error.js';
import { runProgram, type Account } from './run-program.js';

const OWN_USER = 'cupola-postgres';

/**
 * The account for Postgres, which refuses to run as root: undefined when this process is not root. An existing cluster keeps its owner.
 */
export async function postgresAccount(cluster: string, log: (line: string) => void): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await lookUp(OWN_USER)) ?? (await create(log)) ?? (await lookUp('postgres')) ?? noUser();
}

async function lookUp(user: string): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all([runProgram('id', ['-u', user]), runProgram('id', ['-g', user])]);
  if (uid.status !== 0 || gid.status !== 0) return undefined;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}

async function create(log: (line: string) => void): Promise<Account | undefined> {
  const made = await runProgram('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', OWN_USER]);
  // Two first starts at once: the slower one finds the user made already.
  const account = await lookUp(OWN_USER);
  if (account && made.status === 0) log(`Postgres does not run as root: made the system user ${OWN_USER} for it.`);
  return account;
}

function noUser(): never {
  throw new PostgresError(
    'NO_SYSTEM_USER',
    `Postgres does not run as root and no system user could be made for it: start as an ordinary user, or make one with "useradd --system ${OWN_USER}".`,
  );
}
