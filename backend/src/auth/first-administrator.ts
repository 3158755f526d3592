import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendConfig } from '../config/backend-config.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { AuditTrail } from '../modules/audit/index.js';
import { hashPassword } from './passwords.js';

export const FIRST_ADMINISTRATOR = 'admin';

/** The account that was made because there was none. */
export interface NewAdministrator {
  username: string;
  /** Only when it was generated: show it once. */
  password: string | null;
  /** Where a generated password is kept, readable by the owner alone. */
  passwordFile: string | null;
}

/** Makes the first account of an empty installation: there is no default password. */
@Injectable()
export class FirstAdministrator {
  constructor(
    private readonly config: BackendConfig,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  /** Null when there are users already. */
  async ensure(): Promise<NewAdministrator | null> {
    return this.unitOfWork.run(async (tx) => {
      // Two programs that start at once on an empty database must make one administrator.
      await tx.query('LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE');
      const [found] = await tx.query('SELECT 1 FROM users LIMIT 1');
      if (found !== undefined) return null;
      const generated = this.config.adminPassword === null ? randomBytes(15).toString('base64url') : null;
      const hash = await hashPassword(generated ?? this.config.adminPassword ?? '');
      const [user] = await tx.query<{ id: string }>(
        `WITH made AS (INSERT INTO users (username, name, password_hash) VALUES ($1, 'Administrator', $2) RETURNING id)
         INSERT INTO grants (user_id, role, scope) SELECT id, 'admin', 'all' FROM made RETURNING user_id AS id`,
        [FIRST_ADMINISTRATOR, hash],
      );
      const id = user?.id ?? '';
      await this.audit.record(tx, {
        ...{ actor: { system: 'first start' }, operation: 'user.create', target: FIRST_ADMINISTRATOR, targetId: id, chainKey: id },
        ...{ result: 'done', after: { username: FIRST_ADMINISTRATOR, grants: [{ role: 'admin', scope: 'all' }] } },
      });
      // Before the commit: an account whose password nobody has would lock everybody out.
      const passwordFile = generated === null ? null : await this.keep(generated);
      return { username: FIRST_ADMINISTRATOR, password: generated, passwordFile };
    });
  }

  private async keep(password: string): Promise<string> {
    await mkdir(this.config.dataDir, { recursive: true });
    const file = join(this.config.dataDir, 'first-administrator.txt');
    await writeFile(file, `username: ${FIRST_ADMINISTRATOR}\npassword: ${password}\n`, { mode: 0o600 });
    await chmod(file, 0o600);
    return file;
  }
}
