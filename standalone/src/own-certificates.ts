import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from './settings.js';

/** What a Node program is told to trust beside the usual authorities. */
const TRUSTED = 'NODE_EXTRA_CA_CERTS';
const CERTIFICATES = [TRUSTED, 'CUPOLA_TLS_CERT', 'CUPOLA_GATEWAY_TLS_CERT'];

/**
 * Lets a child of the product trust the product's own certificates, which nobody else may have signed. Gathers them in the folder.
 * @returns what to add to the child's environment; nothing when the product has no certificate
 */
export async function trustOwnCertificates(env: Environment, folder: string): Promise<Environment> {
  const files = CERTIFICATES.flatMap((name) => env[name] || []);
  if (files.every((file) => file === env[TRUSTED])) return {};
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const gathered = join(folder, 'trusted.pem');
  await writeFile(gathered, texts.join('\n'), { mode: 0o600 });
  return { [TRUSTED]: gathered };
}
