import type { Role } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import { AuditTrail } from '../modules/audit/index.js';
import { hashPassword } from './passwords.js';

/** A random password that is kept in a file, readable by the owner alone; or one that whoever runs the installation gave, and which counts when the account is made. */
export type AccountSecret = { readonly file: string } | { readonly given: string };

/** A program of this installation that uses REST like any other caller, within one site. */
export interface ServiceAccount {
  readonly username: string;
  readonly name: string;
  readonly role: Role;
  /** The only place where it may do anything; made when it is not there yet. */
  readonly site: { readonly name: string; readonly timeZone: string };
  readonly secret: AccountSecret;
}

/** Accounts for programs that come with the product: no password that others know, one site each. */
@Injectable()
export class ServiceAccounts {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  /** Makes site and account unless they are there, and gives the password. An account that somebody disabled or changed stays as it is. */
  async ensure(account: ServiceAccount): Promise<string> {
    return this.unitOfWork.run(async (tx) => {
      await tx.query('LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE');
      const siteId = await this.ensureSite(tx, account);
      const [known] = await tx.query<{ id: string }>('SELECT id FROM users WHERE username = $1', [account.username]);
      if ('given' in account.secret) {
        if (known === undefined) await this.make(tx, account, siteId, account.secret.given);
        return account.secret.given;
      }
      const { file } = account.secret;
      const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
      if (known !== undefined && kept !== '') return kept;
      const password = randomBytes(24).toString('base64url');
      if (known === undefined) await this.make(tx, account, siteId, password);
      else await this.changePassword(tx, account, known.id, password);
      // Before the commit: nobody could use an account whose password was lost.
      await keep(file, password);
      return password;
    });
  }

  private async ensureSite(tx: Transaction, { username, site }: ServiceAccount): Promise<string> {
    const [made] = await tx.query<{ id: string }>('INSERT INTO sites (name, time_zone) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING id', [site.name, site.timeZone]);
    if (made === undefined) {
      const [found] = await tx.query<{ id: string }>('SELECT id FROM sites WHERE name = $1', [site.name]);
      return found?.id ?? '';
    }
    await this.audit.record(tx, {
      ...{ actor: { system: username }, operation: 'site.create', target: site.name, targetId: made.id, chainKey: made.id, result: 'done', after: site },
    });
    return made.id;
  }

  private async make(tx: Transaction, { username, name, role, site }: ServiceAccount, siteId: string, password: string): Promise<void> {
    const [user] = await tx.query<{ id: string }>(
      `WITH made AS (INSERT INTO users (username, name, password_hash) VALUES ($1, $2, $3) RETURNING id)
       INSERT INTO grants (user_id, role, scope, site_id) SELECT id, $4, 'site', $5 FROM made RETURNING user_id AS id`,
      [username, name, await hashPassword(password), role, siteId],
    );
    const id = user?.id ?? '';
    await this.audit.record(tx, {
      ...{ actor: { system: 'first start' }, operation: 'user.create', target: username, targetId: id, chainKey: id, result: 'done' },
      after: { username, grants: [{ role, scope: 'site', site: site.name }] },
    });
  }

  private async changePassword(tx: Transaction, { username }: ServiceAccount, id: string, password: string): Promise<void> {
    await tx.query('UPDATE users SET password_hash = $2 WHERE id = $1', [id, await hashPassword(password)]);
    await this.audit.record(tx, {
      ...{ actor: { system: 'start' }, operation: 'user.password', target: username, targetId: id, chainKey: id, result: 'done' },
      reason: 'The file with its password was lost.',
    });
  }
}

async function keep(file: string, password: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
}
