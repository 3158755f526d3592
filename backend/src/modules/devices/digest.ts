import { createHash } from 'node:crypto';

/** How tickets and device secrets are kept: 256 random bits need no salt and no slow hash. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
