import { DEVICE_LIMITS, type DocumentNotice, DomainError, type SessionRef } from '@cupola/contracts';
import { createHash, randomUUID } from 'node:crypto';
import type { Transaction } from '../../database/unit-of-work.js';

/** Long enough for a slow link, short enough that nothing old is fetched: what is in it counts its time meanwhile. */
const KEPT_MS = 60_000;

/**
 * Keeps a text for the session that asked for it, to be fetched once. It takes the place of the one before: nobody waits for that any more.
 * @throws DomainError PAYLOAD_TOO_LARGE
 */
export async function keepDocument(tx: Transaction, { controllerId, epoch }: SessionRef, topic: DocumentNotice['topic'], rev: number, text: string): Promise<DocumentNotice> {
  const bytes = Buffer.from(text);
  if (bytes.length > DEVICE_LIMITS.maxDocumentBytes) throw new DomainError('PAYLOAD_TOO_LARGE', `What is meant for this controller has ${bytes.length} bytes.`);
  const ref = randomUUID();
  await tx.query(
    `INSERT INTO documents AS d (id, controller_id, epoch, topic, text, expires_at) VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 millisecond')
     ON CONFLICT (controller_id, topic) DO UPDATE SET id = excluded.id, epoch = excluded.epoch, text = excluded.text, expires_at = excluded.expires_at`,
    [ref, controllerId, epoch, topic, text, KEPT_MS],
  );
  return { topic, ref, rev, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Takes a document away. @returns its text @throws DomainError TICKET_REFUSED when another ticket was faster */
export async function takeDocument(tx: Transaction, ref: string): Promise<string> {
  const [taken] = await tx.query<{ text: string }>('DELETE FROM documents WHERE id = $1 RETURNING text', [ref]);
  if (taken === undefined) throw new DomainError('TICKET_REFUSED', 'This document was fetched already. Ask again.');
  return taken.text;
}

/** @throws DomainError NOT_FOUND, the same for what is over and for what is another controller's */
export async function requireDocument(tx: Transaction, controllerId: string, ref: string): Promise<void> {
  const found = await tx.query('SELECT FROM documents WHERE id = $1 AND controller_id = $2 AND expires_at > now()', [ref, controllerId]);
  if (found.length === 0) throw new DomainError('NOT_FOUND', 'There is no such document for this controller, or not any more. Ask again.');
}
