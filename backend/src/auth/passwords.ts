import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';

/** OWASP's second choice for argon2id, which is the library's default algorithm: 19 MiB, two passes, one lane. Some 30 ms. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(normalized(password), COST);
}

/** Compares with a stored hash. For an unknown user pass null: it takes as long, and is always false. */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const matches = await verify(stored ?? (await nobody()), normalized(password));
  return matches && stored !== null;
}

/** One character typed on two keyboards may be two different byte sequences. */
function normalized(password: string): string {
  return password.normalize('NFC');
}

let hashOfNobody: Promise<string> | null = null;

/** The hash of a password that nobody knows, made once: unknown users must cost what known ones cost. */
function nobody(): Promise<string> {
  hashOfNobody ??= hashPassword(randomBytes(24).toString('base64url'));
  return hashOfNobody;
}

/** Made before the first login, which would otherwise tell an unknown user by its two hashes. */
export async function prepareUnknownUsers(): Promise<void> {
  await nobody();
}
