import { enrolResponse, secret256 } from '@cupola/contracts';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A controller's identity (UUID) and its secret: 256 bits as 43 characters of base64url. */
export interface Credential {
  readonly deviceId: string;
  readonly secret: string;
  /** While the secret is being rotated: the one that is used first. Keep it with the rest, or a rotation can lock the controller out. */
  readonly next?: string;
}

const stored = enrolResponse.extend({ next: secret256.optional() });

/** Where the credential is kept. `load` gives null before the controller was claimed. */
export interface CredentialStore {
  load(): Promise<Credential | null>;
  save(credential: Credential): Promise<void>;
}

/** Keeps the credential in memory: for tests, and for programs that get it from elsewhere. */
export function memoryCredentials(initial: Credential | null = null): CredentialStore {
  let held = initial;
  return {
    load: () => Promise.resolve(held),
    save: (credential) => {
      held = credential;
      return Promise.resolve();
    },
  };
}

/**
 * Keeps the credential in a file that only its owner may read. `load` throws when the file is damaged: claiming the
 * controller again is a technician's decision.
 */
export function fileCredentials(path: string): CredentialStore {
  return {
    async load() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (text === null) return null;
      const credential = stored.safeParse(parse(text));
      if (!credential.success) throw new Error(`${path} holds no credential of a controller: claim the controller again, or restore the file`);
      const { next, ...rest } = credential.data;
      return next === undefined ? rest : { ...rest, next };
    },
    save: (credential) => writeOwnerOnly(path, JSON.stringify(credential)),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Reported by the caller as a damaged file.
    return null;
  }
}

/** Replaces a file in one step, readable by its owner only: a power cut leaves the old one or the new one. */
export async function writeOwnerOnly(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}.next`;
  const file = await open(next, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
}
