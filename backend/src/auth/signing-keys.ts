import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The keys of access tokens: one signs, every one verifies. Injected by this type. */
export abstract class SigningKeys {
  abstract readonly signing: { readonly kid: string; readonly key: KeyObject };
  abstract readonly verifying: ReadonlyMap<string, KeyObject>;
}

const KEY_FILE = /^([A-Za-z0-9_-]{8,64})\.pem$/;

/**
 * Reads `<dataDir>/keys/<kid>.pem`, making the first key when there is none. The newest file signs; older ones still verify,
 * so a rotation is a new file, and the old one is removed once its last token has expired.
 */
export async function loadSigningKeys(dataDir: string): Promise<SigningKeys> {
  const directory = join(dataDir, 'keys');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  let names = await keyFiles(directory);
  if (names.length === 0) {
    await writeNewKey(directory);
    names = await keyFiles(directory);
  }
  const verifying = new Map<string, KeyObject>();
  let signing: SigningKeys['signing'] | null = null;
  for (const name of names) {
    const kid = name.replace(KEY_FILE, '$1');
    const key = createPrivateKey(await readFile(join(directory, name)));
    verifying.set(kid, createPublicKey(key));
    signing = { kid, key };
  }
  if (signing === null) throw new Error(`There is no signing key in ${directory}.`);
  return { signing, verifying };
}

/** Oldest first. */
async function keyFiles(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => KEY_FILE.test(name));
  const aged = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(directory, name))).mtimeMs })));
  return aged.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
}

async function writeNewKey(directory: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomBytes(9).toString('base64url');
  const file = join(directory, `${kid}.pem`);
  // A kill in the middle of writing must not leave half a key under a valid name.
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await chmod(unfinished, 0o600);
  await rename(unfinished, file);
}
