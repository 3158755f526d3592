import type { MsgHdrs } from '@nats-io/transport-node';
import { headers } from '@nats-io/transport-node';

const PART = 'Cupola-Part';
const REFUSED = 'Cupola-Refused';
/** A server counts headers as payload. */
const HEADER_ROOM = 1024;
const MAX_PARTS = 256;

export interface ReplyPart {
  bytes: Uint8Array;
  headers: MsgHdrs;
}

/** A reply of any size as messages that a server of `maxPayload` bytes carries: a controller's 10,000 channels exceed 1 MB. */
export function splitReply(bytes: Uint8Array, refused: boolean, maxPayload: number): ReplyPart[] {
  const size = maxPayload - HEADER_ROOM;
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, index) => {
    const part = headers();
    part.set(PART, `${index + 1}/${count}`);
    if (refused) part.set(REFUSED, '1');
    return { bytes: bytes.subarray(index * size, (index + 1) * size), headers: part };
  });
}

/** Collects the parts of one reply; `add` gives the whole reply with its last part. */
export class ReplyAssembly {
  readonly #parts: Uint8Array[] = [];

  add(bytes: Uint8Array, headers: MsgHdrs | undefined): { bytes: Uint8Array; refused: boolean } | null {
    const [index, count] = (headers?.get(PART) ?? '1/1').split('/').map(Number);
    if (index !== this.#parts.length + 1 || count === undefined || !(count >= 1 && count <= MAX_PARTS)) {
      throw new Error('a part of the answer is missing');
    }
    this.#parts.push(bytes);
    return index === count ? { bytes: Buffer.concat(this.#parts), refused: headers?.has(REFUSED) === true } : null;
  }
}
