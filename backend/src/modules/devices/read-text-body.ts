import { DomainError } from '@cupola/contracts';
import type { Request } from 'express';

/** How many times its limit a body may be read, and thrown away, before its sender is cut off. */
const PATIENCE = 16;

/**
 * The text of a request whose type the JSON parser left alone.
 * @throws DomainError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, MALFORMED_REQUEST
 */
export async function readTextBody(request: Request, type: string, maxBytes: number): Promise<string> {
  if (!request.is(type)) throw new DomainError('UNSUPPORTED_MEDIA_TYPE', `The body must be ${type} in UTF-8.`);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= maxBytes) parts.push(part);
    // Leaving the loop resets the connection, and a sender who is still sending then never sees the answer.
    else if (size > maxBytes * PATIENCE) break;
  }
  if (size > maxBytes) throw new DomainError('PAYLOAD_TOO_LARGE', `The file is larger than ${Math.floor(maxBytes / 1_048_576)} MiB.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    // The decoder's error names no place; the usual cause is a spreadsheet that saved in its own encoding.
    throw new DomainError('MALFORMED_REQUEST', 'The file is not UTF-8. Save it as "CSV UTF-8".');
  }
}
