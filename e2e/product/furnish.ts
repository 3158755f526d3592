import { readFile } from 'node:fs/promises';
import { Integrator } from './integrator.js';
import { ADMIN_PASSWORD } from './product.js';

export const PEOPLE_PASSWORD = 'a long enough password';
export const SITE = 'Lantern Yard';

/** A small building on two floors, an operator and a technician. */
export async function furnish(url: string): Promise<void> {
  const admin = await Integrator.login(url, 'admin', ADMIN_PASSWORD);
  await admin.importModel(await readFile(new URL('../fixtures/two-floors.ttl', import.meta.url), 'utf8'), SITE, 'metric');
  for (const role of ['viewer', 'operator', 'technician']) {
    await admin.createUser({
      username: role,
      name: `${role[0]?.toUpperCase()}${role.slice(1)} Example`,
      password: PEOPLE_PASSWORD,
      grants: [{ role, scope: 'all', scopeId: null }],
    });
  }
}
