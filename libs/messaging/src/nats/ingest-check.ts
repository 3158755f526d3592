import type { IngestBatch, IngestFrame, IngestRow } from '@cupola/contracts';
import { lostRanges } from '@cupola/contracts';

/**
 * Whether a parsed message is an IngestBatch. The one hot request: a loop over numbers instead of the schema,
 * which costs more than storing the row does.
 */
export function isIngestBatch(body: unknown): body is IngestBatch {
  if (!isRecord(body)) return false;
  const { sessionId, controllerId, epoch, frames, isUrgent, losses } = body;
  if (typeof sessionId !== 'string' || typeof controllerId !== 'string' || !Number.isSafeInteger(epoch)) return false;
  if (isUrgent !== undefined && typeof isUrgent !== 'boolean') return false;
  // Rare, so the schema may look at them.
  if (losses !== undefined && !lostRanges.safeParse(losses).success) return false;
  return Array.isArray(frames) && frames.every(isFrame);
}

function isFrame(frame: unknown): frame is IngestFrame {
  if (!isRecord(frame)) return false;
  const { streamId, seq, lane, rows } = frame;
  if (typeof streamId !== 'string' || !Number.isSafeInteger(seq) || (lane !== 0 && lane !== 1)) return false;
  return Array.isArray(rows) && rows.every(isRow);
}

function isRow(row: unknown): row is IngestRow {
  if (!Array.isArray(row) || row.length !== 5) return false;
  const [channelId, sourceTime, receivedTime, value, quality] = row as unknown[];
  return (
    Number.isSafeInteger(channelId) &&
    Number.isSafeInteger(sourceTime) &&
    Number.isSafeInteger(receivedTime) &&
    (value === null || typeof value === 'number') &&
    Number.isSafeInteger(quality)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
